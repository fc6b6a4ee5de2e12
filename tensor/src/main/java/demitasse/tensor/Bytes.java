package demitasse.tensor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Little-endian numbers at any offset of a byte array. */
final class Bytes {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private Bytes() {}

    static int u16(byte[] in, int at) {
        return (short) SHORT.get(in, at) & 0xffff;
    }

    static int i32(byte[] in, int at) {
        return (int) INT.get(in, at);
    }

    static float f32(byte[] in, int at) {
        return Float.intBitsToFloat((int) INT.get(in, at));
    }

    static float f16(byte[] in, int at) {
        return Float.float16ToFloat((short) SHORT.get(in, at));
    }

    static void putU16(byte[] out, int at, int value) {
        SHORT.set(out, at, (short) value);
    }

    static void putI32(byte[] out, int at, int value) {
        INT.set(out, at, value);
    }

    /** Rounds to the nearest half, ties to even, as ggml's GGML_FP32_TO_FP16. */
    static void putF16(byte[] out, int at, float value) {
        SHORT.set(out, at, Float.floatToFloat16(value));
    }
}
