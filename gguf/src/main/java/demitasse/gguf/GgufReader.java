package demitasse.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads a header, checking each count against the bytes that are left before it allocates for it. */
final class GgufReader {
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble F64 =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final int MAGIC = 0x46554747; // "GGUF", little-endian
    private static final int OLDEST_VERSION = 2;
    static final int NEWEST_VERSION = 3;
    static final int DEFAULT_ALIGNMENT = 32;
    static final int MAX_DIMENSIONS = 4;
    static final int MAX_TENSOR_NAME = 63;
    /** ggml's docs/gguf.md: keys are at most 2^16 - 1 bytes. ggml itself takes longer ones. */
    private static final long MAX_KEY = (1 << 16) - 1;
    /** ggml takes 2^30 bytes; the longest in use are whole tokenizer.json files of some 30 MB. */
    private static final long MAX_STRING = 1L << 26;

    // An entry takes more memory than its shortest form in the file, so each kind has a limit far above what is in use:
    // the largest vocabularies have 260,000 tokens and twice as many merges.
    private static final int MAX_TENSORS = 1 << 16;
    private static final int MAX_PAIRS = 1 << 16;
    /** In all arrays together. */
    private static final int MAX_ARRAY_STRINGS = 1 << 21;
    /** Larger tables grow as their entries are read, so that a count in the header alone costs no memory. */
    private static final int MAX_PRESIZED = 1 << 12;

    static final String ALIGNMENT_KEY = "general.alignment";
    /** Length of the name, value type and the shortest value. */
    private static final int MIN_PAIR_BYTES = 8 + 4 + 1;
    /** Length of the name, number of dimensions, type and offset. */
    private static final int MIN_TENSOR_BYTES = 8 + 4 + 4 + 8;

    private final Path path;
    private final MemorySegment file;
    private long position;
    private int arrayStrings;

    GgufReader(Path path, MemorySegment file) {
        this.path = path;
        this.file = file;
    }

    GgufHeader header() throws GgufFormatException {
        int magic = u32("magic");
        if (magic != MAGIC) {
            throw bad(0, "magic", "GGUF", quoted(magic));
        }
        int version = u32("version");
        if (version < OLDEST_VERSION || version > NEWEST_VERSION) {
            throw bad(position - 4, "version", "2 or 3", Integer.toUnsignedString(version));
        }
        long tensorCount = u64("tensor count");
        long pairCount = u64("key-value count");
        long remaining = file.byteSize() - position;
        checkCount(position - 16, "tensor count", tensorCount, remaining / MIN_TENSOR_BYTES);
        checkLimit(position - 16, "tensor count", tensorCount, MAX_TENSORS);
        checkCount(position - 8, "key-value count", pairCount, remaining / MIN_PAIR_BYTES);
        checkLimit(position - 8, "key-value count", pairCount, MAX_PAIRS);
        Metadata metadata = metadata((int) pairCount);
        int alignment = alignment(metadata);
        List<GgufHeader.TensorInfo> tensors = tensors((int) tensorCount, alignment);
        long dataStart = tensors.isEmpty() ? position : align(position, alignment);
        checkData(tensors, dataStart, alignment);
        return new GgufHeader(version, alignment, metadata, tensors, dataStart);
    }

    private Metadata metadata(int count) throws GgufFormatException {
        Map<String, GgufValue> values = LinkedHashMap.newLinkedHashMap(Math.min(count, MAX_PRESIZED));
        for (int i = 0; i < count; i++) {
            long start = position;
            String key = string("key " + i, MAX_KEY);
            if (key.isEmpty()) {
                throw bad(start, "key " + i, "a name", "an empty one");
            }
            if (values.putIfAbsent(key, value("key " + key)) != null) {
                throw bad(start, "key " + key, "each key once", "the key a second time");
            }
        }
        return new Metadata(values);
    }

    private GgufValue value(String what) throws GgufFormatException {
        GgufValueType type = valueType(what);
        return new GgufValue(
                type,
                switch (type) {
                    case UINT8 -> (short) (u8(what) & 0xff);
                    case INT8 -> u8(what);
                    case UINT16 -> u16(what) & 0xffff;
                    case INT16 -> u16(what);
                    case UINT32 -> Integer.toUnsignedLong(u32(what));
                    case INT32 -> u32(what);
                    case FLOAT32 -> file.get(F32, take(4, what));
                    case BOOL -> u8(what) != 0;
                    case STRING -> string(what);
                    case ARRAY -> array(what);
                    case UINT64, INT64 -> u64(what);
                    case FLOAT64 -> file.get(F64, take(8, what));
                });
    }

    private GgufValueType valueType(String what) throws GgufFormatException {
        int id = u32("type of " + what);
        GgufValueType type = GgufValueType.ofId(id);
        if (type == null) {
            throw bad(position - 4, "type of " + what, "a value type from 0 to 12", Integer.toString(id));
        }
        return type;
    }

    private GgufArray array(String what) throws GgufFormatException {
        GgufValueType type = valueType("elements of " + what);
        if (type == GgufValueType.ARRAY) {
            throw bad(position - 4, "elements of " + what, "no arrays in arrays", "type 9");
        }
        long length = u64("length of " + what);
        long most = Math.min(Integer.MAX_VALUE - 8, (file.byteSize() - position) / type.minimumBytes());
        checkCount(position - 8, "length of " + what, length, most);
        int n = (int) length;
        if (type == GgufValueType.STRING) {
            checkLimit(position - 8, "strings in arrays, with " + what, (long) arrayStrings + n, MAX_ARRAY_STRINGS);
            arrayStrings += n;
            List<String> strings = new ArrayList<>(Math.min(n, MAX_PRESIZED));
            for (int i = 0; i < n; i++) {
                strings.add(string(what, MAX_STRING));
            }
            return new GgufArray(type, strings.toArray(String[]::new));
        }
        MemorySegment bytes = file.asSlice(take((long) n * type.minimumBytes(), what), (long) n * type.minimumBytes());
        return new GgufArray(
                type,
                switch (type) {
                    case UINT8, INT8 -> bytes.toArray(ValueLayout.JAVA_BYTE);
                    case BOOL -> booleans(bytes);
                    case UINT16, INT16 -> bytes.toArray(U16);
                    case UINT32, INT32 -> bytes.toArray(U32);
                    case FLOAT32 -> bytes.toArray(F32);
                    case UINT64, INT64 -> bytes.toArray(U64);
                    case FLOAT64 -> bytes.toArray(F64);
                    case STRING, ARRAY -> throw new AssertionError(type);
                });
    }

    private static boolean[] booleans(MemorySegment bytes) {
        boolean[] values = new boolean[(int) bytes.byteSize()];
        for (int i = 0; i < values.length; i++) {
            values[i] = bytes.get(ValueLayout.JAVA_BYTE, i) != 0;
        }
        return values;
    }

    private int alignment(Metadata metadata) throws GgufFormatException {
        GgufValue value = metadata.asMap().get(ALIGNMENT_KEY);
        if (value == null) {
            return DEFAULT_ALIGNMENT;
        }
        if (!GgufWriter.isAlignment(value)) {
            throw bad(
                    position,
                    "key " + ALIGNMENT_KEY,
                    "a u32 power of two below 2^31",
                    value.type().label() + " " + value);
        }
        return Math.toIntExact((Long) value.value());
    }

    private List<GgufHeader.TensorInfo> tensors(int count, int alignment) throws GgufFormatException {
        List<GgufHeader.TensorInfo> tensors = new ArrayList<>(Math.min(count, MAX_PRESIZED));
        Set<String> names = new HashSet<>();
        long expectedOffset = 0;
        for (int i = 0; i < count; i++) {
            long start = position;
            String name = string("name of tensor " + i, MAX_TENSOR_NAME);
            if (!names.add(name)) {
                throw bad(start, "tensor " + name, "each name once", "the name a second time");
            }
            long[] shape = shape(name);
            GgmlType type = tensorType(name);
            long bytes = tensorBytes(name, shape, type);
            long offset = u64("offset of tensor " + name);
            if (offset != expectedOffset) {
                throw bad(
                        position - 8,
                        "offset of tensor " + name,
                        Long.toString(expectedOffset),
                        Long.toUnsignedString(offset));
            }
            tensors.add(new GgufHeader.TensorInfo(name, type, shape, offset, bytes));
            expectedOffset = alignedEnd(name, offset, bytes, alignment);
        }
        return tensors;
    }

    private long[] shape(String name) throws GgufFormatException {
        int dimensions = u32("dimensions of tensor " + name);
        if (dimensions < 0 || dimensions > MAX_DIMENSIONS) {
            throw bad(position - 4, "dimensions of tensor " + name, "0 to 4", Integer.toUnsignedString(dimensions));
        }
        long[] shape = new long[dimensions];
        for (int d = 0; d < dimensions; d++) {
            shape[d] = u64("shape of tensor " + name);
            if (shape[d] < 0) {
                throw bad(position - 8, "shape of tensor " + name, "sizes from 0 on", Arrays.toString(shape));
            }
        }
        return shape;
    }

    private GgmlType tensorType(String name) throws GgufFormatException {
        int id = u32("type of tensor " + name);
        GgmlType type = GgmlType.ofId(id);
        if (type == null) {
            throw bad(position - 4, "type of tensor " + name, "a ggml type in use", Integer.toString(id));
        }
        return type;
    }

    private long tensorBytes(String name, long[] shape, GgmlType type) throws GgufFormatException {
        long columns = shape.length == 0 ? 1 : shape[0];
        if (columns % type.blockSize() != 0) {
            throw bad(
                    position - 4,
                    "row of tensor " + name,
                    "a multiple of " + type.blockSize() + " for " + type,
                    Long.toString(columns));
        }
        try {
            long elements = 1;
            for (long d : shape) {
                elements = Math.multiplyExact(elements, d);
            }
            return type.bytesFor(elements);
        } catch (ArithmeticException e) {
            throw bad(position - 4, "size of tensor " + name, "less than 2^63 bytes", Arrays.toString(shape));
        }
    }

    private long alignedEnd(String name, long offset, long bytes, int alignment) throws GgufFormatException {
        long end = offset + bytes;
        long padded = align(end, alignment);
        if (end < 0 || padded < 0) {
            throw bad(position - 8, "end of tensor " + name, "less than 2^63", Long.toUnsignedString(end));
        }
        return padded;
    }

    private void checkData(List<GgufHeader.TensorInfo> tensors, long dataStart, int alignment)
            throws GgufFormatException {
        for (GgufHeader.TensorInfo info : tensors) {
            // The last tensor's padding may be missing, as in files that llama.cpp loads.
            long end = dataStart + info.offset() + info.bytes();
            if (end < 0 || end > file.byteSize()) {
                throw bad(
                        dataStart + info.offset(),
                        "data of tensor " + info.name(),
                        info.bytes() + " bytes",
                        Math.max(0, file.byteSize() - dataStart - info.offset()) + " before the end of the file");
            }
        }
    }

    static long align(long value, int alignment) {
        return (value + alignment - 1) & -alignment;
    }

    private void checkCount(long offset, String what, long count, long most) throws GgufFormatException {
        if (count < 0 || count > most) {
            throw bad(
                    offset,
                    what,
                    "at most " + most + ", which is what the rest of the file can hold",
                    Long.toUnsignedString(count));
        }
    }

    private void checkLimit(long offset, String what, long count, long most) throws GgufFormatException {
        if (count > most) {
            throw bad(offset, what, "at most " + most, Long.toString(count));
        }
    }

    private String string(String what) throws GgufFormatException {
        return string(what, MAX_STRING);
    }

    private String string(String what, long most) throws GgufFormatException {
        long length = u64("length of " + what);
        if (length < 0 || length > most) {
            throw bad(position - 8, "length of " + what, "at most " + most + " bytes", Long.toUnsignedString(length));
        }
        checkCount(position - 8, "length of " + what, length, file.byteSize() - position);
        byte[] bytes = file.asSlice(take(length, what), length).toArray(ValueLayout.JAVA_BYTE);
        return length == 0 ? "" : new String(bytes, StandardCharsets.UTF_8);
    }

    private byte u8(String what) throws GgufFormatException {
        return file.get(ValueLayout.JAVA_BYTE, take(1, what));
    }

    private short u16(String what) throws GgufFormatException {
        return file.get(U16, take(2, what));
    }

    private int u32(String what) throws GgufFormatException {
        return file.get(U32, take(4, what));
    }

    private long u64(String what) throws GgufFormatException {
        return file.get(U64, take(8, what));
    }

    private long take(long bytes, String what) throws GgufFormatException {
        long start = position;
        if (bytes > file.byteSize() - start) {
            throw bad(start, what, bytes + " bytes", (file.byteSize() - start) + " before the end of the file");
        }
        position = start + bytes;
        return start;
    }

    private static String quoted(int magic) {
        byte[] bytes = {(byte) magic, (byte) (magic >> 8), (byte) (magic >> 16), (byte) (magic >> 24)};
        return new String(bytes, StandardCharsets.ISO_8859_1).replaceAll("[^ -~]", "?");
    }

    private GgufFormatException bad(long offset, String what, String expected, String actual) {
        return new GgufFormatException(path, offset, what, expected, actual);
    }
}
