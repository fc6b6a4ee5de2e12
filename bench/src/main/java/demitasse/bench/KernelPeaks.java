package demitasse.bench;

/**
 * What the machine did at most in this run, in GB/s and G multiply-adds a second.
 *
 * @param triad STREAM's, from memory
 * @param read a sum, from memory
 * @param cache a triad in the near cache, one thread
 * @param multiplyAdd in float
 */
record KernelPeaks(double triad, double read, double cache, double multiplyAdd) {
    /** Kernels read more than they write, so the better of both is their limit. */
    double memory() {
        return Math.max(triad, read);
    }
}
