package demitasse.phi3;

/**
 * The Mersenne Twister of C++'s std::mt19937 (Matsumoto and Nishimura 1998), so that a seed gives the same tokens as in
 * llama.cpp.
 */
final class Mt19937 {
    private static final int SIZE = 624;
    private static final int SHIFT = 397;
    private static final int MATRIX = 0x9908b0df;
    private static final int UPPER_BIT = 0x80000000;
    private static final int LOWER_BITS = 0x7fffffff;
    private static final int SEED_MULTIPLIER = 1812433253;
    private static final int TEMPER_B = 0x9d2c5680;
    private static final int TEMPER_C = 0xefc60000;
    private static final double TWO_TO_32 = 0x1p32;
    private static final double TWO_TO_64 = 0x1p64;

    private final int[] state = new int[SIZE];
    private int index = SIZE;

    Mt19937(int seed) {
        state[0] = seed;
        for (int i = 1; i < SIZE; i++) {
            state[i] = SEED_MULTIPLIER * (state[i - 1] ^ state[i - 1] >>> 30) + i;
        }
    }

    /** The next 32 bits. */
    int nextInt() {
        if (index == SIZE) {
            refill();
        }
        int y = state[index++];
        y ^= y >>> 11;
        y ^= y << 7 & TEMPER_B;
        y ^= y << 15 & TEMPER_C;
        return y ^ y >>> 18;
    }

    /** std::uniform_real_distribution of double on [0, 1): two outputs, the lower half first. */
    double nextDouble() {
        double low = Integer.toUnsignedLong(nextInt());
        double high = Integer.toUnsignedLong(nextInt());
        double value = (low + high * TWO_TO_32) / TWO_TO_64;
        return value < 1 ? value : Math.nextDown(1.0);
    }

    /** std::uniform_real_distribution of float on [0, 1): one output. */
    float nextFloat() {
        float value = (float) Integer.toUnsignedLong(nextInt()) / (float) TWO_TO_32;
        return value < 1 ? value : Math.nextDown(1f);
    }

    private void refill() {
        for (int i = 0; i < SIZE; i++) {
            int y = state[i] & UPPER_BIT | state[(i + 1) % SIZE] & LOWER_BITS;
            state[i] = state[(i + SHIFT) % SIZE] ^ y >>> 1 ^ ((y & 1) == 0 ? 0 : MATRIX);
        }
        index = 0;
    }
}
