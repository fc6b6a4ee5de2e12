package demitasse.phi3;

/**
 * @param threads threads for the arithmetic
 * @param exact float arithmetic on the weights as they are in the file, and a float KV cache: slow, the reference
 */
public record LoadOptions(int threads, boolean exact) {
    public static LoadOptions defaults() {
        return new LoadOptions(Runtime.getRuntime().availableProcessors(), false);
    }
}
