package demitasse.rag;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Reads a knowledge base: a file, or a folder of files, in Markdown, HTML, text, CSV or JSONL (UTF-8).
 *
 * <ul>
 *   <li>Markdown ({@code .md}) and HTML: one document a file; a file with two or more second-level headings gives one
 *       document a section, with the id {@code file#section}. The title is the first-level heading.
 *   <li>Text: one document a file. A short first line with a blank line after it is the title.
 *   <li>CSV with a header and JSONL: {@code id, title, content, source}. {@code text} may stand for {@code content} and
 *       {@code entity} for {@code source}. Other columns and fields are not read.
 * </ul>
 *
 * In a folder, the id of a file is its path without the ending, and the source is the name of the first folder on that
 * path; hidden files and files of other kinds are passed over.
 */
public final class DocumentReader {
    /** A document and where it was read, for errors. */
    record Located(Document document, int line) {}

    /** Reads one file's text. Line 0 stands for the whole file. */
    private interface Format {
        List<Located> read(Path file, String text, String id, String source) throws IOException;
    }

    private static final Map<String, Format> FORMATS = Map.of(
            "md", Markup::markdown,
            "markdown", Markup::markdown,
            "html", Markup::html,
            "htm", Markup::html,
            "txt", Markup::text,
            "csv", (file, text, id, source) -> Tables.csv(file, text, source),
            "jsonl", (file, text, id, source) -> Tables.jsonLines(file, text, source));

    private static final String KINDS = ".md, .html, .txt, .csv or .jsonl";

    private DocumentReader() {}

    /**
     * @throws IOException naming the file and line that could not be read
     */
    public static List<Document> read(Path fileOrFolder) throws IOException {
        if (!Files.exists(fileOrFolder)) {
            throw new IOException(fileOrFolder + ": no such file or folder");
        }
        List<Path> files = Files.isDirectory(fileOrFolder) ? filesOf(fileOrFolder) : List.of(fileOrFolder);
        Map<String, String> seen = new HashMap<>();
        Map<String, Path> stems = new HashMap<>();
        List<Document> documents = new ArrayList<>();
        for (Path file : files) {
            Format format = FORMATS.get(ending(file));
            if (format == null) {
                throw new IOException(file + ": not a file of documents (" + KINDS + ")");
            }
            Path relative = fileOrFolder.equals(file) ? file.getFileName() : fileOrFolder.relativize(file);
            String id = idOf(relative, stems);
            String source = relative.getNameCount() > 1 ? relative.getName(0).toString() : "";
            for (Located located : format.read(file, text(file), id, source)) {
                String where = located.line == 0 ? file.toString() : file + ":" + located.line;
                String before = seen.putIfAbsent(located.document.id(), where);
                if (before != null) {
                    throw new IOException(
                            where + ": the id " + located.document.id() + " is already used in " + before);
                }
                documents.add(located.document);
            }
        }
        if (documents.isEmpty()) {
            throw new IOException(fileOrFolder + ": no documents (" + KINDS + ")");
        }
        return List.copyOf(documents);
    }

    private static List<Path> filesOf(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(Files::isRegularFile)
                    .filter(path -> !isHidden(folder.relativize(path)))
                    .filter(path -> FORMATS.containsKey(ending(path)))
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static boolean isHidden(Path relative) {
        for (Path name : relative) {
            if (name.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    /** The path without its ending; the second of two files that differ in nothing else keeps it. */
    private static String idOf(Path relative, Map<String, Path> stems) {
        String path = relative.toString().replace(relative.getFileSystem().getSeparator(), "/");
        String stem = path.substring(0, path.lastIndexOf('.'));
        return stems.putIfAbsent(stem, relative) == null ? stem : path;
    }

    private static String ending(Path file) {
        String name = file.getFileName().toString();
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    /** A file's text, without a byte order mark; bytes that are not UTF-8 are an error and not silently replaced. */
    private static String text(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        CharBuffer chars = CharBuffer.allocate(bytes.remaining());
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CoderResult result = decoder.decode(bytes, chars, true);
        String text = chars.flip().toString();
        if (result.isError()) {
            long line = 1 + text.chars().filter(c -> c == '\n').count();
            throw new IOException(file + ":" + line + ": not UTF-8 text");
        }
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }
}
