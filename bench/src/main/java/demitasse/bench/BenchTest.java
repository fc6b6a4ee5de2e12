package demitasse.bench;

/**
 * What is timed: {@code prompt} tokens read, then {@code generate} tokens one by one, after {@code depth} tokens that
 * are in the context already and do not count.
 *
 * @param batch the most prompt tokens that are given to the model at once
 * @param parallel sessions that do this side by side; their tokens are counted together
 */
public record BenchTest(int prompt, int generate, int depth, int batch, int parallel) {
    public BenchTest {
        if (prompt < 0 || generate < 0 || depth < 0) {
            throw new IllegalArgumentException("numbers of tokens are not negative");
        }
        if (prompt == 0 && generate == 0) {
            throw new IllegalArgumentException("a test reads or generates at least one token");
        }
        if (batch < 1 || parallel < 1) {
            throw new IllegalArgumentException("a batch of at least 1, and at least 1 session");
        }
    }

    /** As llama-bench names it: pp128, tg32, pp128+tg32 @ d1024; ours adds x4 for four sessions. */
    public String name() {
        StringBuilder name = new StringBuilder();
        if (prompt > 0) {
            name.append("pp").append(prompt);
        }
        if (generate > 0) {
            name.append(prompt > 0 ? "+tg" : "tg").append(generate);
        }
        if (depth > 0) {
            name.append(" @ d").append(depth);
        }
        if (parallel > 1) {
            name.append(" x").append(parallel);
        }
        return name.toString();
    }

    /** Tokens that count, of all sessions. */
    long tokens() {
        return (long) (prompt + generate) * parallel;
    }

    /** Tokens that one session must hold. */
    int context() {
        return Math.addExact(Math.addExact(depth, prompt), generate);
    }

    BenchTest shortened(int most, int mostGenerated) {
        return new BenchTest(Math.min(prompt, most), Math.min(generate, mostGenerated), depth, batch, parallel);
    }
}
