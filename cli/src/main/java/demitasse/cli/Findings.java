package demitasse.cli;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import demitasse.bench.BenchMachine;
import demitasse.rag.DatabaseFile;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What {@code doctor} looks at. Looking changes nothing but a file that is made and removed at once. */
final class Findings {
    private static final int JDK = 25;
    private static final int GOOD_VECTOR_BITS = 256;
    private static final long MEGA = 1 << 20;
    private static final long LITTLE_DISK = 1024 * MEGA;
    private static final long NO_DISK = 64 * MEGA;
    private static final long FEW_FILES = 4096;
    /** Of a model's size: packed weights take more than the file, and the rest needs some too; as the launcher has it. */
    private static final double HEAP_FACTOR = 1.15;

    private static final long HEAP_REST = 400 * MEGA;
    private static final Duration CLOCK_SLACK = Duration.ofMinutes(2);

    private final List<Finding> all = new ArrayList<>();

    List<Finding> all() {
        return all;
    }

    private Findings add(Finding finding) {
        all.add(finding);
        return this;
    }

    Findings java() {
        String found = System.getProperty("java.vm.name") + " " + Runtime.version();
        boolean compiled = System.getProperty("java.vm.info", "").contains("mixed");
        if (Runtime.version().feature() != JDK) {
            return add(Finding.fail("java", found, "run it on a JDK 25; the Vector API of another may not fit"));
        }
        return add(
                compiled
                        ? Finding.ok("java", found)
                        : Finding.warn(
                                "java", found + ", not compiling", "remove -Xint and its like from the options"));
    }

    Findings vectors() {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            return add(Finding.fail(
                    "vectors",
                    "scalar kernels, many times slower",
                    "start java with --add-modules jdk.incubator.vector, as the launcher does"));
        }
        if (Boolean.getBoolean("demitasse.scalar")) {
            return add(Finding.warn("vectors", "scalar kernels, as demitasse.scalar asks", "remove that property"));
        }
        var machine = BenchMachine.here("");
        String found = machine.vectorBits() + " bits, fast kernels; " + machine.cpu() + ", " + machine.processors()
                + " processors";
        return add(
                machine.vectorBits() >= GOOD_VECTOR_BITS
                        ? Finding.ok("vectors", found)
                        : Finding.warn("vectors", found, "a processor with AVX2 or AVX-512 is several times as fast"));
    }

    Findings memory() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long machine = system.getTotalMemorySize();
        long heap = Runtime.getRuntime().maxMemory();
        String found = megabytes(heap) + " of heap, " + megabytes(machine) + " in the machine, "
                + megabytes(system.getFreeMemorySize()) + " free";
        add(
                heap <= machine / 8 * 7
                        ? Finding.ok("memory", found)
                        : Finding.warn("memory", found, "set DEMITASSE_HEAP so that the rest has room, or add memory"));
        if (system instanceof UnixOperatingSystemMXBean unix && unix.getMaxFileDescriptorCount() < FEW_FILES) {
            add(Finding.warn(
                    "open files",
                    "at most " + unix.getMaxFileDescriptorCount(),
                    "raise the limit (ulimit -n " + FEW_FILES + "): every connection is one"));
        }
        return this;
    }

    /** @param model null: the default, if it is here; none: no chat model */
    Findings model(String model, ModelStore store) {
        add(file(Catalog.DEFAULT_EMBEDDING, "encoder", store, true));
        if (ModelOption.NONE.equals(model)) {
            return this;
        }
        return add(file(model == null ? Catalog.DEFAULT_CHAT : model, "chat model", store, model != null));
    }

    private Finding file(String model, String what, ModelStore store, boolean needed) {
        try {
            Optional<CatalogEntry> entry = Catalog.load().find(model);
            Path file = entry.isPresent() ? store.find(entry.get()).orElse(null) : ModelOption.resolve(model, store);
            if (file == null) {
                String advice = "demitasse pull " + model;
                return needed
                        ? Finding.fail(what, model + " is not here", advice)
                        : Finding.warn(what, model + " is not here: answers are the documents' own", advice);
            }
            String hash = ModelStore.sha256(file);
            String expected = entry.map(CatalogEntry::sha256).orElse(null);
            if (expected != null && !expected.equals(hash)) {
                return Finding.fail(what, file + ": not the file that the catalog names", "demitasse pull " + model);
            }
            return heap(what, file, expected == null ? "no hash to compare with" : "hash as in the catalog");
        } catch (IOException | InputException e) {
            return Finding.fail(what, Failures.line(e), "name a GGUF file or a model that `demitasse models` lists");
        }
    }

    private static Finding heap(String what, Path file, String hash) throws IOException {
        long need = (long) (Files.size(file) * HEAP_FACTOR) + HEAP_REST;
        long heap = Runtime.getRuntime().maxMemory();
        String found = file + ", " + megabytes(Files.size(file)) + ", " + hash;
        return heap >= need
                ? Finding.ok(what, found)
                : Finding.fail(
                        what,
                        found + "; needs about " + megabytes(need) + " of heap and there are " + megabytes(heap),
                        "DEMITASSE_HEAP=" + need / MEGA + "m, or a smaller model");
    }

    Findings port(String host, int port, Path apiKeyFile) {
        String where = host + ":" + port;
        try (ServerSocket probe = new ServerSocket()) {
            InetAddress address = InetAddress.getByName(host);
            if (!address.isLoopbackAddress() && apiKeyFile == null) {
                return add(Finding.fail(
                        "port", where + " is open to others and there is no API key", "give --api-key-file"));
            }
            probe.bind(new InetSocketAddress(address, port));
            return add(Finding.ok("port", where + " is free"));
        } catch (IOException e) {
            return add(Finding.warn(
                    "port",
                    where + ": " + Failures.line(e),
                    "if that is no server of yours that runs already, take another with --port"));
        }
    }

    Findings folder(String what, Path folder) {
        try {
            Path there = folder.toAbsolutePath();
            while (!Files.exists(there)) {
                there = there.getParent();
            }
            Files.delete(Files.createTempFile(there, ".demitasse-doctor", ""));
            long free = there.toFile().getUsableSpace(); // a FileStore wants to know where it is mounted
            String found = folder + (Files.exists(folder) ? "" : " (to be made)") + ", " + megabytes(free) + " free";
            if (free < LITTLE_DISK) {
                String advice = "make room: answers are refused when the disk is full";
                return add(free < NO_DISK ? Finding.fail(what, found, advice) : Finding.warn(what, found, advice));
            }
            return add(
                    what.equals("data") && Files.exists(folder) && Places.isOpenToOthers(folder)
                            ? Finding.warn(what, found + ", others of this machine can read it", "chmod 700 " + folder)
                            : Finding.ok(what, found));
        } catch (IOException e) {
            return add(Finding.fail(
                    what,
                    folder + ": cannot be written: " + Failures.line(e),
                    "give it to the user that runs the server (chown)"));
        }
    }

    Findings databases(Path data) {
        for (Map.Entry<String, Integer> database : new TreeMap<>(BackupFile.DATABASES).entrySet()) {
            Path file = data.resolve(database.getKey());
            if (Files.exists(file)) {
                add(database(file, database.getValue()));
            }
        }
        return this;
    }

    private static Finding database(Path file, int newest) {
        String what = file.getFileName().toString();
        try {
            int version = DatabaseFile.version(file);
            String faults = DatabaseFile.faults(file);
            if (!faults.isEmpty()) {
                return Finding.fail(what, "is damaged: " + faults, "stop the server and restore a backup");
            }
            return version > newest
                    ? Finding.fail(
                            what,
                            "of schema " + version + ", the newest known here is " + newest,
                            "run the version that made it")
                    : Finding.ok(what, "sound, schema " + version + ", " + megabytes(Files.size(file)));
        } catch (IOException | RuntimeException e) {
            return Finding.fail(what, Failures.line(e), "stop the server and restore a backup");
        }
    }

    /** Ids and retention go by the clock: it should not be before what it has already written. */
    Findings clock(Path data) {
        Instant now = Instant.now();
        for (String name : BackupFile.DATABASES.keySet()) {
            try {
                Path file = data.resolve(name);
                Instant written =
                        Files.exists(file) ? Files.getLastModifiedTime(file).toInstant() : now;
                if (written.isAfter(now.plus(CLOCK_SLACK))) {
                    return add(Finding.warn(
                            "clock", now + " is before " + name + " was written: " + written, "set the clock (NTP)"));
                }
            } catch (IOException e) {
                // The check of the databases has said so.
            }
        }
        return add(Finding.ok("clock", now.toString()));
    }

    private static String megabytes(long bytes) {
        return bytes / MEGA + " MB";
    }
}
