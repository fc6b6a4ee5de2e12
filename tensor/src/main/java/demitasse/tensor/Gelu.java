package demitasse.tensor;

/**
 * GELU as ggml's CPU backend has it: 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))), where argument and result are
 * rounded to half precision (there through a table, here by arithmetic), 0 up to -10 and x from 10 on. The rounding is
 * kept because the reference vectors were made with it. Source: ggml-cpu/vec.h, ggml_vec_gelu_f32.
 */
final class Gelu {
    static final float LIMIT = 10;

    /** 2 sqrt(2 / pi): 0.5 (1 + tanh(a)) = 1 / (1 + e^(-2 a)). */
    static final float SLOPE = 2 * 0.79788456080286535587989211986876f;

    static final float CUBE = 0.044715f;

    /** 2^13 + 1: multiplying and subtracting with it leaves the 11 significant bits of a half (Veltkamp). */
    static final float SPLIT = 8193;

    private Gelu() {}

    /** In the order of operations of {@link VectorKernels#gelu}, so that their bits are equal. */
    static float of(float argument) {
        if (argument <= -LIMIT) {
            return 0;
        }
        if (argument >= LIMIT) {
            return argument;
        }
        float x = half(argument);
        return half(x / (1 + Exp.of(Math.fma(x * x, CUBE, 1) * (x * -SLOPE))));
    }

    private static float half(float x) {
        float c = x * SPLIT;
        return c - (c - x);
    }
}
