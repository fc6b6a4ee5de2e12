package demitasse.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What an uploaded file of documents may be: a plain name, a known ending, a bounded size, and text. The name that a
 * client gives is a label; no file is ever opened by it.
 *
 * @param fileBytes the longest file
 * @param files in one request
 */
record UploadCheck(int fileBytes, int files) {
    static final UploadCheck DEFAULT = new UploadCheck(4 << 20, 100);
    private static final Set<String> ENDINGS = Set.of("md", "markdown", "html", "htm", "txt", "csv", "json", "jsonl");
    /** Letters, digits and what names are made of; no path, no control characters, no dot at the front. */
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{M}\\p{N}_(][\\p{L}\\p{M}\\p{N} _().,+@&'-]{0,120}");

    private static final Pattern RESERVED =
            Pattern.compile("(?:con|prn|aux|nul|com\\d|lpt\\d)(?:\\..*)?", Pattern.CASE_INSENSITIVE);
    /** Beginnings of files that are no text, whatever they are called: archives, documents, pictures, programs. */
    private static final List<String> MAGIC = List.of(
            "PK\3\4",
            "%PDF-",
            "\u00d0\u00cf\u0011\u00e0",
            "\177ELF",
            "MZ",
            "\u001f\u008b",
            "GIF8",
            "\u0089PNG",
            "GGUF");

    /** @throws ApiException 400, if that is no name of a file of documents */
    String name(String given) {
        String name = given == null ? "" : given;
        if (!NAME.matcher(name).matches()
                || name.contains("..")
                || RESERVED.matcher(name).matches()) {
            throw ApiException.invalid("file", "a file's name is a plain name of up to 120 letters and digits");
        }
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        if (name.indexOf('.') < 0 || !ENDINGS.contains(ending)) {
            throw new ApiException(
                    415,
                    "invalid_request_error",
                    "file",
                    "unsupported_media_type",
                    "a file of documents ends in .md, .html, .txt, .csv, .json or .jsonl");
        }
        return name;
    }

    /** @throws ApiException 413, if there are more */
    void count(int given) {
        if (given > files) {
            throw ApiException.tooLarge("at most " + files + " files at a time");
        }
    }

    /**
     * Reads no more than may be.
     *
     * @throws ApiException 413 if the file is too long, 415 if it is no text in UTF-8
     */
    String text(InputStream file) throws IOException {
        byte[] bytes = file.readNBytes(fileBytes + 1);
        if (bytes.length > fileBytes) {
            throw ApiException.tooLarge("a file has at most " + fileBytes + " bytes");
        }
        String start = new String(bytes, 0, Math.min(bytes.length, 8), StandardCharsets.ISO_8859_1);
        if (MAGIC.stream().anyMatch(start::startsWith)) {
            throw noText();
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (text.indexOf('\0') >= 0) {
                throw noText();
            }
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw noText();
        }
    }

    private static ApiException noText() {
        return new ApiException(
                415, "invalid_request_error", "file", "unsupported_media_type", "the file is no text in UTF-8");
    }
}
