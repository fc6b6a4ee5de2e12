package demitasse.tensor;

import java.lang.System.Logger.Level;

/** Chooses between the twins once, and says in the log which it was. */
final class KernelChoice {
    private KernelChoice() {}

    /** True if the JVM was started with {@code --add-modules jdk.incubator.vector}. */
    static boolean vectorModulePresent() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }

    static Kernels choose() {
        System.Logger log = System.getLogger("demitasse.tensor");
        if (Boolean.getBoolean("demitasse.scalar")) {
            log.log(Level.INFO, "scalar kernels, as the property demitasse.scalar asks");
            return new ScalarKernels();
        }
        if (!vectorModulePresent()) {
            log.log(
                    Level.WARNING,
                    "scalar kernels, many times slower: start java with --add-modules jdk.incubator.vector");
            return new ScalarKernels();
        }
        log.log(Level.DEBUG, "vector kernels of {0} bits", VectorKernels.bits());
        return new VectorKernels();
    }
}
