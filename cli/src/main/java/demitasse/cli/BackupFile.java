package demitasse.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import demitasse.agent.Assistant;
import demitasse.rag.DatabaseFile;
import demitasse.rag.KnowledgeBase;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** A backup: a ZIP file with copies of the databases and a manifest of their hashes and versions. */
final class BackupFile {
    /** The databases of a data folder, with the newest schema that this program knows. */
    static final Map<String, Integer> DATABASES =
            Map.of(IngestCommand.KNOWLEDGE, KnowledgeBase.SCHEMA, DataFolder.CONVERSATIONS, Assistant.SCHEMA);

    private static final String MANIFEST = "manifest.json";
    private static final int FORMAT = 1;
    /** Far above any manifest, far below what would fill the heap. */
    private static final int MANIFEST_BYTES = 100_000;

    /**
     * What is in a backup.
     *
     * @param program that made it
     * @param created in UTC
     */
    record Manifest(int format, String program, String created, List<Entry> files) {}

    /** @param schema see {@link demitasse.rag.SchemaVersion} */
    record Entry(String name, long bytes, String sha256, int schema) {}

    private BackupFile() {}

    /**
     * Writes copies into an archive, checked.
     *
     * @param folder holds nothing but the copies
     */
    static Manifest write(Path folder, OutputStream out) throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (String name : DATABASES.keySet().stream().sorted().toList()) {
            Path copy = folder.resolve(name);
            if (Files.exists(copy)) {
                requireSound(copy, name);
                entries.add(new Entry(name, Files.size(copy), ModelStore.sha256(copy), DatabaseFile.version(copy)));
            }
        }
        String program = new DemitasseCommand.Version().getVersion()[0];
        Manifest manifest = new Manifest(
                FORMAT, program, Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(), entries);
        ZipOutputStream zip = new ZipOutputStream(out);
        zip.putNextEntry(new ZipEntry(MANIFEST));
        zip.write(JsonLines.JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest));
        zip.closeEntry();
        for (Entry entry : entries) {
            zip.putNextEntry(new ZipEntry(entry.name()));
            Files.copy(folder.resolve(entry.name()), zip);
            zip.closeEntry();
        }
        zip.finish();
        return manifest;
    }

    private static void requireSound(Path file, String name) throws IOException {
        String faults = DatabaseFile.faults(file);
        if (!faults.isEmpty()) {
            throw new InputException(name + ": is damaged: " + faults);
        }
    }

    /**
     * Takes a backup apart.
     *
     * @param folder where the databases come to lie; what they hold is on the disk when this returns
     * @throws InputException if it is none, is damaged, or has a schema that this program does not know
     */
    static Manifest read(Path file, Path folder) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            Manifest manifest = manifest(file, zip);
            for (Entry entry : manifest.files()) {
                extract(file, zip, entry, folder);
            }
            return manifest;
        } catch (ZipException e) {
            throw new InputException(file + ": is no backup, or a damaged one: " + e.getMessage());
        } catch (NoSuchFileException e) {
            throw new InputException(file + ": no such file");
        }
    }

    private static Manifest manifest(Path file, ZipFile zip) throws IOException {
        ZipEntry entry = zip.getEntry(MANIFEST);
        if (entry == null) {
            throw new InputException(file + ": is no backup: it has no " + MANIFEST);
        }
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] bytes = in.readNBytes(MANIFEST_BYTES);
            CRC32 sum = new CRC32();
            sum.update(bytes);
            if (sum.getValue() != entry.getCrc()) {
                throw new InputException(file + ": is damaged: its manifest has another checksum");
            }
            Manifest manifest = JsonLines.JSON.readValue(bytes, Manifest.class);
            if (manifest.format() != FORMAT) {
                throw new InputException(file + ": is of format " + manifest.format() + "; known here is " + FORMAT);
            }
            if (manifest.files() == null || manifest.files().isEmpty()) {
                throw new InputException(file + ": is empty");
            }
            manifest.files().forEach(listed -> check(file, manifest, listed));
            return manifest;
        } catch (JsonProcessingException e) {
            throw new InputException(file + ": its manifest cannot be read");
        }
    }

    private static void check(Path file, Manifest manifest, Entry entry) {
        Integer newest = entry == null ? null : DATABASES.get(entry.name());
        if (newest == null) {
            throw new InputException(file + ": holds what is no database of ours");
        }
        if (entry.schema() > newest) {
            throw new InputException(file + ": made by " + manifest.program() + ": its " + entry.name() + " has schema "
                    + entry.schema() + ", the newest known here is " + newest);
        }
    }

    private static void extract(Path file, ZipFile zip, Entry entry, Path folder) throws IOException {
        ZipEntry packed = zip.getEntry(entry.name());
        if (packed == null) {
            throw new InputException(file + ": lacks " + entry.name());
        }
        Path target = Files.createFile(folder.resolve(entry.name()), DataFolder.owners("rw-------"));
        try (InputStream in = zip.getInputStream(packed);
                OutputStream out = Files.newOutputStream(target)) {
            in.transferTo(out);
        }
        try (FileChannel channel = FileChannel.open(target, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        if (!ModelStore.sha256(target).equals(entry.sha256())) {
            throw new InputException(file + ": is damaged: " + entry.name() + " is not what the manifest says");
        }
        requireSound(target, file + ": " + entry.name());
        if (DatabaseFile.version(target) != entry.schema()) {
            throw new InputException(file + ": " + entry.name() + " is not of the schema that the manifest says");
        }
    }
}
