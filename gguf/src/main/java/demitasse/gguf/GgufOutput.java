package demitasse.gguf;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The little-endian primitives of a GGUF file, counting what was written. */
final class GgufOutput {
    private final OutputStream out;
    private final ByteBuffer scratch = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long position;

    GgufOutput(OutputStream out) {
        this.out = out;
    }

    void u8(int value) throws IOException {
        out.write(value);
        position++;
    }

    void u16(int value) throws IOException {
        scratch.putShort(0, (short) value);
        emit(Short.BYTES);
    }

    void u32(int value) throws IOException {
        scratch.putInt(0, value);
        emit(Integer.BYTES);
    }

    void u64(long value) throws IOException {
        scratch.putLong(0, value);
        emit(Long.BYTES);
    }

    private void emit(int bytes) throws IOException {
        out.write(scratch.array(), 0, bytes);
        position += bytes;
    }

    void string(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        u64(bytes.length);
        out.write(bytes);
        position += bytes.length;
    }

    void value(GgufValue value) throws IOException {
        Object v = value.value();
        switch (value.type()) {
            case UINT8, INT8 -> u8(((Number) v).intValue());
            case UINT16, INT16 -> u16(((Number) v).intValue());
            case UINT32, INT32 -> u32(((Number) v).intValue());
            case UINT64, INT64 -> u64((Long) v);
            case FLOAT32 -> u32(Float.floatToRawIntBits((Float) v));
            case FLOAT64 -> u64(Double.doubleToRawLongBits((Double) v));
            case BOOL -> u8((Boolean) v ? 1 : 0);
            case STRING -> string((String) v);
            case ARRAY -> array((GgufArray) v);
        }
    }

    private void array(GgufArray array) throws IOException {
        u32(array.type().ordinal());
        u64(array.length());
        switch (array.values()) {
            case byte[] values -> {
                out.write(values);
                position += values.length;
            }
            case short[] values -> {
                for (short v : values) {
                    u16(v);
                }
            }
            case int[] values -> {
                for (int v : values) {
                    u32(v);
                }
            }
            case long[] values -> {
                for (long v : values) {
                    u64(v);
                }
            }
            case float[] values -> {
                for (float v : values) {
                    u32(Float.floatToRawIntBits(v));
                }
            }
            case double[] values -> {
                for (double v : values) {
                    u64(Double.doubleToRawLongBits(v));
                }
            }
            case boolean[] values -> {
                for (boolean v : values) {
                    u8(v ? 1 : 0);
                }
            }
            case String[] values -> {
                for (String v : values) {
                    string(v);
                }
            }
            default ->
                throw new IllegalArgumentException("array of " + array.values().getClass());
        }
    }

    void pad(int alignment) throws IOException {
        for (long end = GgufReader.align(position, alignment); position < end; ) {
            u8(0);
        }
    }

    void tensor(String name, long bytes, GgufWriter.TensorData data) throws IOException {
        Counter counter = new Counter(out);
        data.writeTo(counter);
        if (counter.count != bytes) {
            throw new IOException("tensor " + name + ": expected " + bytes + " bytes, got " + counter.count);
        }
        position += bytes;
    }

    /** Counts, and keeps tensor data from closing or flushing the file. */
    private static final class Counter extends FilterOutputStream {
        private long count;

        Counter(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            count += length;
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
