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

    /**
     * A file's text and what is known about it besides.
     *
     * @param where for errors
     * @param name of the file, without folders
     */
    record Input(String where, String name, String text, String id, String source) {}

    /** Reads one file's text. Line 0 stands for the whole file. */
    private interface Format {
        List<Located> read(Input file) throws IOException;
    }

    private static final Map<String, Format> FORMATS = Map.of(
            "md", Markup::markdown,
            "markdown", Markup::markdown,
            "html", Markup::html,
            "htm", Markup::html,
            "txt", Markup::text,
            "csv", Tables::csv,
            "jsonl", Tables::jsonLines);

    private static final String KINDS = ".md, .html, .txt, .csv or .jsonl";
    private static final int LONGEST_NAME = 200;

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
            String name = file.getFileName().toString();
            Format format = format(file.toString(), name);
            Path relative = fileOrFolder.equals(file) ? file.getFileName() : fileOrFolder.relativize(file);
            String id = idOf(relative, stems);
            String source = relative.getNameCount() > 1 ? relative.getName(0).toString() : "";
            String text = text(file.toString(), Files.readAllBytes(file));
            collect(format, new Input(file.toString(), name, text, id, source), seen, documents);
        }
        if (documents.isEmpty()) {
            throw new IOException(fileOrFolder + ": no documents (" + KINDS + ")");
        }
        return List.copyOf(documents);
    }

    /**
     * Reads a file that somebody sent. Its name decides the kind and gives the id and, where the text has none, the title;
     * it is never used as a path, and what it says about folders is dropped.
     *
     * @param source for documents that do not say theirs
     * @throws IOException naming the file and line that could not be read
     */
    public static List<Document> read(String sentName, byte[] content, String source) throws IOException {
        String name = plainName(sentName);
        Format format = format(name, name);
        String text = text(name, content);
        if (text.indexOf('\0') >= 0) {
            throw new IOException(name + ": not text");
        }
        String id = name.substring(0, name.lastIndexOf('.'));
        List<Document> documents = new ArrayList<>();
        collect(format, new Input(name, name, text, id.isBlank() ? name : id, source), new HashMap<>(), documents);
        if (documents.isEmpty()) {
            throw new IOException(name + ": no documents");
        }
        return List.copyOf(documents);
    }

    private static String plainName(String sentName) {
        String last = sentName.substring(Math.max(sentName.lastIndexOf('/'), sentName.lastIndexOf('\\')) + 1);
        String plain = last.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}]", "").strip();
        return plain.length() <= LONGEST_NAME ? plain : plain.substring(plain.length() - LONGEST_NAME);
    }

    private static Format format(String where, String name) throws IOException {
        Format format = FORMATS.get(ending(name));
        if (format == null) {
            throw new IOException(where + ": not a file of documents (" + KINDS + ")");
        }
        return format;
    }

    private static void collect(Format format, Input file, Map<String, String> seen, List<Document> documents)
            throws IOException {
        for (Located located : located(format, file)) {
            String where = located.line == 0 ? file.where : file.where + ":" + located.line;
            String before = seen.putIfAbsent(located.document.id(), where);
            if (before != null) {
                throw new IOException(where + ": the id " + located.document.id() + " is already used in " + before);
            }
            documents.add(located.document);
        }
    }

    /** The Markdown parser goes down with the nesting of emphasis, and a stranger may nest deeper than a stack is. */
    private static List<Located> located(Format format, Input file) throws IOException {
        try {
            return format.read(file);
        } catch (StackOverflowError e) {
            throw new IOException(file.where + ": nested too deeply", e);
        }
    }

    private static List<Path> filesOf(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(Files::isRegularFile)
                    .filter(path -> !isHidden(folder.relativize(path)))
                    .filter(path ->
                            FORMATS.containsKey(ending(path.getFileName().toString())))
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

    private static String ending(String name) {
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    /** A file's text, without a byte order mark; bytes that are not UTF-8 are an error and not silently replaced. */
    private static String text(String where, byte[] content) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        CharBuffer chars = CharBuffer.allocate(bytes.remaining());
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CoderResult result = decoder.decode(bytes, chars, true);
        String text = chars.flip().toString();
        if (result.isError()) {
            long line = 1 + text.chars().filter(c -> c == '\n').count();
            throw new IOException(where + ":" + line + ": not UTF-8 text");
        }
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }
}
