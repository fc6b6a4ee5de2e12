package demitasse.server;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.tokenizer.Tokenizer;
import demitasse.tokenizer.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Prompts for text that goes between two others, of models that were trained for it: prefix, suffix, middle. Source:
 * llama.cpp's tools/server/server-common.cpp, format_prompt_infill, and src/llama-vocab.cpp for the tokens' names.
 */
final class Infill {
    private static final List<String> PREFIX = List.of(
            "<|fim_prefix|>", "<fim-prefix>", "<fim_prefix>", "<｜fim▁begin｜>", "<PRE>", "▁<PRE>", "<|code_prefix|>");
    private static final List<String> SUFFIX = List.of(
            "<|fim_suffix|>", "<fim-suffix>", "<fim_suffix>", "<｜fim▁hole｜>", "<SUF>", "▁<SUF>", "<|code_suffix|>");
    private static final List<String> MIDDLE = List.of(
            "<|fim_middle|>", "<fim-middle>", "<fim_middle>", "<｜fim▁end｜>", "<MID>", "▁<MID>", "<|code_middle|>");
    private static final List<String> REPOSITORY =
            List.of("<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<REPO>", "<reponame>");
    private static final List<String> SEPARATOR = List.of("<|file_sep|>");
    private static final String REPOSITORY_NAME = "myproject\n";
    private static final String FILE_NAME = "filename\n";
    /** Where the vocabulary has no separator. */
    private static final String SNIPPET = "\n\n--- snippet ---\n\n";

    /** Tokens of prefix and suffix at the most; three quarters of them before the place, one behind it. */
    private static final int MOST_AROUND = 2048;

    private static final int MOST_EXTRA = 256;

    private final Tokenizer tokenizer;
    private final Vocabulary vocabulary;
    private final int prefix;
    private final int suffix;
    private final int middle;
    private final int repository;
    private final int separator;

    /** @throws ApiException 501 if the vocabulary lacks the tokens */
    Infill(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
        this.vocabulary = tokenizer.vocabulary();
        prefix = find(PREFIX);
        suffix = find(SUFFIX);
        middle = find(MIDDLE);
        repository = find(REPOSITORY);
        separator = find(SEPARATOR);
        String missing = (prefix < 0 ? "prefix token is missing. " : "")
                + (suffix < 0 ? "suffix token is missing. " : "")
                + (middle < 0 ? "middle token is missing. " : "");
        if (!missing.isEmpty()) {
            throw ApiException.notImplemented("Infill is not supported by this model: " + missing.strip());
        }
    }

    private int find(List<String> names) {
        return names.stream()
                .mapToInt(vocabulary::id)
                .filter(id -> id >= 0)
                .findFirst()
                .orElse(-1);
    }

    /**
     * @param context tokens of the model's context
     * @param answer tokens that the answer may have
     * @throws ApiException 400 if a field is at fault
     */
    int[] prompt(Fields fields, int context, int answer) {
        int[] before = concat(part(fields, "input_prefix"), optional(fields, "prompt"));
        int[] after = part(fields, "input_suffix");
        int around = Math.min(MOST_AROUND, context / 2);
        int beforeMost = around / 4 * 3;
        int afterMost = around - beforeMost;
        IntStream.Builder ids = IntStream.builder();
        int[] extra = extra(fields);
        int extraMost = Math.max(0, context - around - 2 * answer);
        Arrays.stream(extra).skip(Math.max(0, extra.length - extraMost)).forEach(ids::add);
        if (vocabulary.addsBos() && vocabulary.bos() >= 0) {
            ids.add(vocabulary.bos());
        }
        ids.add(prefix);
        Arrays.stream(before).skip(Math.max(0, before.length - beforeMost)).forEach(ids::add);
        ids.add(suffix);
        Arrays.stream(after).limit(afterMost).forEach(ids::add);
        ids.add(middle);
        return ids.build().toArray();
    }

    /** Control tokens in it are plain text. */
    private int[] part(Fields fields, String name) {
        return MixedText.encode(fields.node(name), name, tokenizer, false, false);
    }

    private int[] optional(Fields fields, String name) {
        return fields.has(name) ? part(fields, name) : new int[0];
    }

    /** Other files of the project, if the request has some. */
    private int[] extra(Fields fields) {
        JsonNode chunks = fields.has("input_extra") ? fields.node("input_extra") : Json.array();
        if (!chunks.isArray() || chunks.size() > MOST_EXTRA) {
            throw ApiException.invalid(
                    "input_extra", "'input_extra' must be an array of at most " + MOST_EXTRA + " objects");
        }
        List<int[]> parts = new ArrayList<>();
        if (repository >= 0) {
            parts.add(new int[] {repository});
            parts.add(plain(REPOSITORY_NAME));
        }
        for (JsonNode chunk : chunks) {
            String name = chunk.path("filename").asText("tmp");
            parts.add(separator < 0 ? plain(SNIPPET) : file(name + "\n"));
            parts.add(plain(Fields.asText(chunk.path("text"), "input_extra.text")));
        }
        if (separator >= 0) {
            parts.add(file(FILE_NAME));
        }
        return parts.stream().reduce(new int[0], Infill::concat);
    }

    private int[] file(String name) {
        return concat(new int[] {separator}, plain(name));
    }

    private int[] plain(String text) {
        return tokenizer.encode(text, false, false);
    }

    private static int[] concat(int[] a, int[] b) {
        int[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }
}
