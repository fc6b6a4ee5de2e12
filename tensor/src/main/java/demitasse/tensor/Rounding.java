package demitasse.tensor;

/** Float to integer as the C code of ggml's quantisers does it on x86-64, odd values included. */
final class Rounding {
    /** 1.5 x 2^23: adding it leaves the nearest integer in the low bits of a float. Source: ggml-quants.c, nearest_int. */
    private static final float MAGIC = 12582912f;

    private static final int MANTISSA = 0x007fffff;
    private static final int MAGIC_MANTISSA = 0x00400000;
    private static final float INT_RANGE = 0x1p31f;

    private Rounding() {}

    /** Ties to even; beyond ±2^22 the result is as wrong as ggml's. */
    static int nearest(float x) {
        return (Float.floatToRawIntBits(x + MAGIC) & MANTISSA) - MAGIC_MANTISSA;
    }

    /** C's roundf. {@code floor(x + 0.5)} would be wrong just below a half. */
    static int awayFromZero(float x) {
        int whole = (int) x;
        float rest = x - whole;
        return rest >= 0.5f ? whole + 1 : rest <= -0.5f ? whole - 1 : whole;
    }

    /** C's cast to int8_t: what does not fit an int becomes 0. */
    static int toByte(float x) {
        return Math.abs(x) < INT_RANGE ? (byte) (int) x : 0;
    }
}
