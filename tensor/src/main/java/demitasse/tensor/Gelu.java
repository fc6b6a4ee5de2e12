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

    /** Beyond it, on both sides, {@link #unrounded} is 0 or x. */
    static final float END = 4.25f;

    // (Phi(x) - 0.5) / x as a polynomial of x^2 up to END, where Phi(x) is the tanh form's factor of x: fitted so
    // that the largest error times x is least, and to 0.5 / x at END.
    static final float P0 = 0.39878777f;
    static final float P1 = -0.066452995f;
    static final float P2 = 0.009904833f;
    static final float P3 = -0.0011286507f;
    static final float P4 = 9.5472555e-05f;
    static final float P5 = -5.7222246e-06f;
    static final float P6 = 2.2647204e-07f;
    static final float P7 = -5.25393e-09f;
    static final float P8 = 5.3747107e-11f;

    private Gelu() {}

    /** Without rounding to half precision, to 4e-5: a fifth of the time, and nearer to the formula for x above 0.1. */
    static float unrounded(float x) {
        float z = Math.min(Math.max(x, -END), END);
        float s = z * z;
        float p = Math.fma(P8, s, P7);
        p = Math.fma(p, s, P6);
        p = Math.fma(p, s, P5);
        p = Math.fma(p, s, P4);
        p = Math.fma(p, s, P3);
        p = Math.fma(p, s, P2);
        p = Math.fma(p, s, P1);
        p = Math.fma(p, s, P0);
        return Math.fma(p, z, 0.5f) * x;
    }

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
