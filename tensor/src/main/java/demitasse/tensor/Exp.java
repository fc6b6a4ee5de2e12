package demitasse.tensor;

/**
 * e^x in float, to about one unit in the last place: x = n ln 2 + r, a polynomial for e^r, and n added to the exponent.
 * The constants are those of Cephes' expf. Both twins do the same steps, so that they agree.
 */
final class Exp {
    /** Adding and subtracting it rounds a small float to the nearest integer, which then stands in its low bits. */
    static final float ROUND = 0x1.8p23f;

    static final float LOG2_E = 1.44269504f;
    static final float LN2_HIGH = 0.693359375f;
    static final float LN2_LOW = -2.12194440e-4f;
    static final float C0 = 1.9875691500e-4f;
    static final float C1 = 1.3981999507e-3f;
    static final float C2 = 8.3334519073e-3f;
    static final float C3 = 4.1665795894e-2f;
    static final float C4 = 1.6666665459e-1f;
    static final float C5 = 5.0000001201e-1f;

    /** Below this the result is 0: e^x would be a subnormal float. */
    static final float LOWEST = -87.3f;

    /** Above this the argument is cut, so that the result stays finite. */
    static final float HIGHEST = 88f;

    static final int EXPONENT_BITS = 23;
    static final int ONE = 0x3f800000;

    private Exp() {}

    static float of(float argument) {
        if (argument < LOWEST) {
            return 0;
        }
        float x = Math.min(argument, HIGHEST);
        float shifted = Math.fma(x, LOG2_E, ROUND);
        float n = shifted - ROUND;
        float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
        float p = Math.fma(C0, r, C1);
        p = Math.fma(p, r, C2);
        p = Math.fma(p, r, C3);
        p = Math.fma(p, r, C4);
        p = Math.fma(p, r, C5);
        float e = Math.fma(p, r * r, r) + 1;
        return e * Float.intBitsToFloat((Float.floatToRawIntBits(shifted) << EXPONENT_BITS) + ONE);
    }
}
