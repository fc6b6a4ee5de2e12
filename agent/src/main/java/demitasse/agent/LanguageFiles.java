package demitasse.agent;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Phrases and rules by language: the files beside the classes, and after them those of the shop's own folder, which add to them.
 * {@code phrases.properties} is the English file, {@code phrases.de.properties} the German one; {@code escalation-rules.txt} and
 * {@code small-talk.txt} likewise.
 */
final class LanguageFiles {
    static final String PHRASES = "phrases";
    static final String ESCALATION = "escalation-rules";
    static final String SMALL_TALK = "small-talk";

    static final String ENGLISH = "en";
    private static final List<String> BUNDLED = List.of(ENGLISH, "de", "es", "fr", "it", "nl", "pt");
    private static final Pattern NAME = Pattern.compile(
            "(?:(phrases)(?:\\.([a-z]{2,3}))?\\.properties|(escalation-rules|small-talk)(?:\\.([a-z]{2,3}))?\\.txt)");

    /**
     * @param language code of ISO 639
     * @param origin what to call it in an error
     */
    record LanguageFile(String kind, String language, String origin, String text) {}

    private final List<LanguageFile> files = new ArrayList<>();

    private LanguageFiles() {}

    static LanguageFiles bundled() {
        LanguageFiles bundled = new LanguageFiles();
        for (String kind : List.of(PHRASES, ESCALATION, SMALL_TALK)) {
            for (String code : BUNDLED) {
                String language = code.equals(ENGLISH) ? "" : "." + code;
                String name = kind + language + (kind.equals(PHRASES) ? ".properties" : ".txt");
                if (WordList.exists(name)) {
                    bundled.files.add(new LanguageFile(kind, code, name, WordList.text(name)));
                }
            }
        }
        return bundled;
    }

    /**
     * @param folder null: none; hidden files in it are passed over
     * @throws IllegalArgumentException if it cannot be read or has something else in it, saying what
     */
    static LanguageFiles with(Path folder) {
        LanguageFiles all = bundled();
        if (folder == null) {
            return all;
        }
        try (DirectoryStream<Path> own = Files.newDirectoryStream(
                folder, path -> !path.getFileName().toString().startsWith("."))) {
            for (Path file : own) {
                all.files.add(read(file));
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(folder + ": cannot be read as a folder of phrases and rules");
        }
        return all;
    }

    private static LanguageFile read(Path file) throws IOException {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (!name.matches()) {
            throw new IllegalArgumentException(
                    file + ": is none of phrases.CODE.properties, escalation-rules.CODE.txt and"
                            + " small-talk.CODE.txt (without CODE: English)");
        }
        String kind = name.group(1) == null ? name.group(3) : name.group(1);
        String code = name.group(1) == null ? name.group(4) : name.group(2);
        try {
            return new LanguageFile(kind, code == null ? ENGLISH : code, file.toString(), Files.readString(file));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + ": is not UTF-8");
        }
    }

    /** Of one kind, the bundled ones first. */
    List<LanguageFile> of(String kind) {
        return files.stream().filter(file -> file.kind().equals(kind)).toList();
    }
}
