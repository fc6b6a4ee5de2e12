package demitasse.tensor;

import demitasse.gguf.GgufTensor;
import demitasse.gguf.ModelLoadException;

/** Makes matrices from GGUF tensors. */
public final class Matrices {
    private static final int WIDE = 1 << 13;

    private Matrices() {}

    /**
     * @param exact true: float arithmetic on the weights as they stand in the file (the reference in tests; the file
     *     must stay open); false: the fastest kernels for this machine, repacked
     * @param threads used for the repacking
     * @throws ModelLoadException if the type has no kernel or the tensor is not a matrix of usable shape
     */
    public static Matrix load(GgufTensor tensor, boolean exact, Threads threads) throws ModelLoadException {
        if (isMostlyPadding(Shape.of(tensor))) {
            return new ExactMatrix(tensor);
        }
        if (!exact && FloatPanelMatrix.supports(tensor.type())) {
            return new FloatPanelMatrix(tensor, threads);
        }
        if (!exact && becomesPanels(tensor)) {
            return PanelMatrix.load(tensor, PanelKernels.BEST, threads);
        }
        if (!exact && LevelMatrix.supports(tensor.type())) {
            return new LevelMatrix(tensor, threads);
        }
        return new ExactMatrix(tensor);
    }

    /** Whether {@link #load} would make a {@link PanelMatrix} of it. */
    static boolean becomesPanels(GgufTensor tensor) throws ModelLoadException {
        return PanelFormat.of(tensor.type()) != null && !isMostlyPadding(Shape.of(tensor));
    }

    /** Wide matrices of very few rows, which no real model has, would take many times their bytes as panels. */
    private static boolean isMostlyPadding(Shape shape) {
        return shape.rows() < FloatPanelMatrix.PANEL / 2 && shape.columns() > WIDE;
    }
}
