package demitasse.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * Which tests to run: all combinations, as llama-bench has them.
 *
 * @param prompts tokens of the prompt tests; 0 is no test
 * @param generations tokens of the generation tests; 0 is no test
 * @param pairs tests that read a prompt and then generate
 */
public record BenchPlan(
        List<Integer> prompts,
        List<Integer> generations,
        List<Pair> pairs,
        List<Integer> depths,
        List<Integer> batches,
        List<Integer> parallel) {
    /** A prompt of so many tokens, then so many generated. */
    public record Pair(int prompt, int generate) {
        /** @param text two numbers with a comma, for example 512,128 */
        public static Pair parse(String text) {
            String[] parts = text.split(",", -1);
            try {
                if (parts.length == 2) {
                    return new Pair(Integer.parseInt(parts[0].strip()), Integer.parseInt(parts[1].strip()));
                }
            } catch (NumberFormatException e) {
                // told below
            }
            throw new IllegalArgumentException("two numbers with a comma, for example 512,128, not " + text);
        }
    }

    /** @throws IllegalArgumentException if a number is out of range or nothing is left to run */
    public List<BenchTest> tests() {
        List<BenchTest> tests = new ArrayList<>();
        for (int depth : depths) {
            for (int batch : batches) {
                for (int sessions : parallel) {
                    for (int prompt : prompts) {
                        add(tests, prompt, 0, depth, batch, sessions);
                    }
                    for (int generate : generations) {
                        add(tests, 0, generate, depth, batch, sessions);
                    }
                    for (Pair pair : pairs) {
                        add(tests, pair.prompt(), pair.generate(), depth, batch, sessions);
                    }
                }
            }
        }
        if (tests.isEmpty()) {
            throw new IllegalArgumentException("bench wants tokens to read or to generate");
        }
        return tests;
    }

    private static void add(List<BenchTest> tests, int prompt, int generate, int depth, int batch, int sessions) {
        if (prompt != 0 || generate != 0) {
            tests.add(new BenchTest(prompt, generate, depth, batch, sessions));
        }
    }
}
