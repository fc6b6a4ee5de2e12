package demitasse.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import demitasse.phi3.ChatMessage;
import demitasse.phi3.GenerationOptions;
import demitasse.phi3.GenerationResult;
import demitasse.phi3.LanguageModel;
import demitasse.phi3.LoadOptions;
import demitasse.phi3.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What speculation brings on answers from documents, greedy, each question answered with and without in turn; and what
 * batches of a few tokens cost. Run after {@code mvn package}, with the knowledge base and the questions of
 * eval/resolution, or with the model alone for the batches:
 *
 * <pre>{@code
 * java --add-modules jdk.incubator.vector -Xmx4g -cp "bench/target/test-classes:$(ls cli/target/lib/*.jar | tr '\n' :)" \
 *     demitasse.bench.SpeculationBench MODEL.gguf kb.jsonl queries.jsonl 24
 * }</pre>
 */
public final class SpeculationBench {
    private static final int CONTEXT = 2048;
    private static final int MOST_TOKENS = 128;
    /** Documents in a prompt. */
    private static final int SOURCES = 3;

    private static final String INSTRUCTIONS =
            "You answer customers' questions from the documents. Repeat the sentences of the documents that answer the"
                    + " question, word for word.";
    private static final int[] BATCHES = {1, 2, 4, 6, 8, 12};
    private static final int DEPTH = 256;
    private static final int ROUNDS = 12;
    private static final double NANOS = 1e9;

    private final LanguageModel model;

    private SpeculationBench(LanguageModel model) {
        this.model = model;
    }

    /** Arguments: the model, then for answers a knowledge base, questions and their number. */
    public static void main(String[] args) throws IOException {
        int threads = Runtime.getRuntime().availableProcessors();
        try (LanguageModel model = LanguageModel.load(Path.of(args[0]), new LoadOptions(threads, false))) {
            SpeculationBench bench = new SpeculationBench(model);
            if (args.length == 1) {
                bench.batches();
            } else {
                bench.answers(questions(Path.of(args[1]), Path.of(args[2]), Integer.parseInt(args[3])));
            }
        }
    }

    /** Conversations: documents, of which one has the answer, and a question. */
    private static List<List<ChatMessage>> questions(Path documents, Path queries, int most) throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        for (JsonNode node : lines(documents)) {
            texts.put(
                    node.get("id").asText(),
                    node.get("title").asText() + "\n" + node.get("content").asText());
        }
        List<String> ids = new ArrayList<>(texts.keySet());
        List<List<ChatMessage>> questions = new ArrayList<>();
        for (JsonNode node : lines(queries)) {
            if (questions.size() < most && !node.path("gold").isEmpty()) {
                int gold = ids.indexOf(node.get("gold").get(0).asText());
                StringBuilder text = new StringBuilder("Documents:\n\n");
                for (int i = 0; i < SOURCES; i++) {
                    text.append(texts.get(ids.get((gold + ids.size() - 1 + i) % ids.size())))
                            .append("\n\n");
                }
                text.append("Question: ").append(node.get("query").asText());
                questions.add(
                        List.of(new ChatMessage("system", INSTRUCTIONS), new ChatMessage("user", text.toString())));
            }
        }
        return questions;
    }

    private static List<JsonNode> lines(Path file) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        List<JsonNode> nodes = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            nodes.add(mapper.readTree(line));
        }
        return nodes;
    }

    private void answers(List<List<ChatMessage>> questions) {
        GenerationOptions plain = GenerationOptions.greedy(MOST_TOKENS);
        GenerationOptions speculative = plain.withSpeculation(true);
        double[] seconds = new double[2];
        double[] ratios = new double[questions.size()];
        int tokens = 0;
        int drafted = 0;
        int accepted = 0;
        int identical = 0;
        answer(questions.getFirst(), plain);
        answer(questions.getFirst(), speculative);
        for (int i = 0; i < ratios.length; i++) {
            GenerationResult slow = answer(questions.get(i), plain);
            GenerationResult fast = answer(questions.get(i), speculative);
            boolean same = slow.text().equals(fast.text()) && slow.generatedTokens() == fast.generatedTokens();
            ratios[i] = slow.generationSeconds() / fast.generationSeconds();
            seconds[0] += slow.generationSeconds();
            seconds[1] += fast.generationSeconds();
            tokens += slow.generatedTokens();
            drafted += fast.draftedTokens();
            accepted += fast.acceptedTokens();
            identical += same ? 1 : 0;
            System.out.printf(
                    "%3d: prompt %4d, generated %3d, drafted %3d, accepted %3d, %.2f x, identical %b%n",
                    i,
                    slow.promptTokens(),
                    slow.generatedTokens(),
                    fast.draftedTokens(),
                    fast.acceptedTokens(),
                    ratios[i],
                    same);
        }
        Arrays.sort(ratios);
        System.out.printf(
                "%d answers, %d tokens: %.1f tokens/s without, %.1f with, %.2f x; an answer's least %.2f, median %.2f, most"
                        + " %.2f x%n",
                ratios.length,
                tokens,
                tokens / seconds[0],
                tokens / seconds[1],
                seconds[0] / seconds[1],
                ratios[0],
                ratios[ratios.length / 2],
                ratios[ratios.length - 1]);
        System.out.printf(
                "%d of %d drafted tokens accepted, %.2f tokens a step; identical %d of %d%n",
                accepted, drafted, (double) tokens / (tokens - accepted), identical, ratios.length);
    }

    private GenerationResult answer(List<ChatMessage> conversation, GenerationOptions options) {
        int[] prompt = model.encode(model.chatPrompt(conversation));
        try (Session session = model.newSession(CONTEXT)) {
            return session.generate(prompt, options, piece -> true);
        }
    }

    private void batches() {
        int[] ids = new int[DEPTH + BATCHES[BATCHES.length - 1]];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = i % model.vocabularySize();
        }
        double[][] best = new double[ROUNDS][BATCHES.length];
        try (Session session = model.newSession(ids.length)) {
            session.evaluate(Arrays.copyOf(ids, DEPTH));
            for (int round = 0; round < ROUNDS; round++) {
                for (int b = 0; b < BATCHES.length; b++) {
                    int[] batch = Arrays.copyOfRange(ids, DEPTH, DEPTH + BATCHES[b]);
                    long start = System.nanoTime();
                    for (int repeat = 0; repeat < 3; repeat++) {
                        session.rewind(DEPTH);
                        session.evaluateAll(batch);
                    }
                    best[round][b] = (System.nanoTime() - start) / NANOS / 3;
                }
            }
        }
        for (int b = 0; b < BATCHES.length; b++) {
            int at = b;
            // The first half warms up.
            double[] times = Arrays.stream(best, ROUNDS / 2, ROUNDS)
                    .mapToDouble(round -> round[at])
                    .sorted()
                    .toArray();
            double[] costs = Arrays.stream(best, ROUNDS / 2, ROUNDS)
                    .mapToDouble(round -> round[at] / round[0])
                    .sorted()
                    .toArray();
            System.out.printf(
                    "%2d tokens: %.2f ms, %.2f x one token%n",
                    BATCHES[b], 1e3 * times[times.length / 2], costs[costs.length / 2]);
        }
    }
}
