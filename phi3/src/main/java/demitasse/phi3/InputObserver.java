package demitasse.phi3;

import demitasse.tensor.Activations;

/** Sees what the matrices of a layer are multiplied with. */
@FunctionalInterface
interface InputObserver {
    /** The matrices that share an input. */
    enum Input {
        QKV,
        ATTENTION_OUTPUT,
        GATE_UP,
        DOWN
    }

    /** @param activations valid until the call returns */
    void see(int layer, Input input, Activations activations);
}
