package demitasse.convert;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import demitasse.gguf.FileFormatException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What stands before the data of a safetensors file: the length of the header as a u64, then JSON that gives type,
 * shape and place of each tensor. The tensors must cover the rest of the file without gaps or overlaps. Source: the
 * format section of the safetensors README.
 *
 * @param dataStart from the beginning of the file, in bytes
 */
record SafetensorsHeader(List<Entry> entries, long dataStart) {
    /**
     * @param begin of the data, relative to {@link #dataStart}
     * @param end likewise, exclusive
     */
    record Entry(String name, String dtype, long[] shape, long begin, long end) {}

    private static final int LENGTH_BYTES = 8;
    /** As in the safetensors library. */
    private static final long MAX_HEADER = 100_000_000;

    private static final String METADATA = "__metadata__";
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final Map<String, Integer> BITS = Map.ofEntries(
            Map.entry("BOOL", 8),
            Map.entry("F4", 4),
            Map.entry("F6_E2M3", 6),
            Map.entry("F6_E3M2", 6),
            Map.entry("U8", 8),
            Map.entry("I8", 8),
            Map.entry("F8_E5M2", 8),
            Map.entry("F8_E4M3", 8),
            Map.entry("F8_E8M0", 8),
            Map.entry("I16", 16),
            Map.entry("U16", 16),
            Map.entry("F16", 16),
            Map.entry("BF16", 16),
            Map.entry("I32", 32),
            Map.entry("U32", 32),
            Map.entry("F32", 32),
            Map.entry("I64", 64),
            Map.entry("U64", 64),
            Map.entry("F64", 64),
            Map.entry("C64", 64));

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    static SafetensorsHeader read(Path path, MemorySegment file) throws IOException {
        return new Reader(path, file).read();
    }

    private static final class Reader {
        private final Path path;
        private final MemorySegment file;
        private JsonParser json;

        Reader(Path path, MemorySegment file) {
            this.path = path;
            this.file = file;
        }

        SafetensorsHeader read() throws IOException {
            byte[] header = header();
            try (JsonParser parser = JSON.createParser(header)) {
                json = parser;
                List<Entry> entries = entries();
                long dataStart = LENGTH_BYTES + (long) header.length;
                checkCover(entries, dataStart);
                return new SafetensorsHeader(entries, dataStart);
            } catch (JsonProcessingException e) {
                long at = e.getLocation() == null
                        ? 0
                        : Math.max(0, e.getLocation().getByteOffset());
                throw bad(LENGTH_BYTES + at, "header", "JSON with each name once", e.getOriginalMessage());
            }
        }

        /** The header's bytes: UTF-8 without NUL, so that the parser cannot take it for UTF-16. */
        private byte[] header() throws FileFormatException {
            if (file.byteSize() < LENGTH_BYTES) {
                throw bad(0, "length of the header", "8 bytes", file.byteSize() + " bytes in all");
            }
            long length = file.get(U64, 0);
            long most = Math.min(MAX_HEADER, file.byteSize() - LENGTH_BYTES);
            if (length < 2 || length > most) {
                throw bad(0, "length of the header", "2 to " + most + " bytes", Long.toUnsignedString(length));
            }
            byte[] bytes = file.asSlice(LENGTH_BYTES, length).toArray(ValueLayout.JAVA_BYTE);
            if (bytes[0] != '{') {
                throw bad(LENGTH_BYTES, "header", "{", "byte " + (bytes[0] & 0xff));
            }
            for (int i = 0; i < bytes.length; i++) {
                if (bytes[i] == 0) {
                    throw bad(LENGTH_BYTES + i, "header", "UTF-8 text", "a NUL");
                }
            }
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            } catch (CharacterCodingException e) {
                throw bad(LENGTH_BYTES, "header", "UTF-8", e.getMessage());
            }
            return bytes;
        }

        private List<Entry> entries() throws IOException {
            List<Entry> entries = new ArrayList<>();
            expect(JsonToken.START_OBJECT, "header", "an object");
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                if (name.equals(METADATA)) {
                    metadata();
                } else {
                    entries.add(entry(name));
                }
            }
            if (json.nextToken() != null) {
                throw bad(here(), "header", "nothing after the object", String.valueOf(json.currentToken()));
            }
            return entries;
        }

        private void metadata() throws IOException {
            if (json.nextToken() == JsonToken.VALUE_NULL) {
                return;
            }
            if (json.currentToken() != JsonToken.START_OBJECT) {
                throw bad(here(), METADATA, "an object of strings", describe());
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                expect(JsonToken.VALUE_STRING, METADATA, "strings only");
            }
        }

        private Entry entry(String name) throws IOException {
            String what = "tensor " + name;
            long at = here();
            expect(JsonToken.START_OBJECT, what, "an object");
            String dtype = null;
            long[] shape = null;
            long[] offsets = null;
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                switch (json.currentName()) {
                    case "dtype" -> dtype = dtype(what);
                    case "shape" -> shape = sizes("shape of " + what);
                    case "data_offsets" -> offsets = sizes("data_offsets of " + what);
                    default -> {
                        json.nextToken();
                        json.skipChildren();
                    }
                }
            }
            if (dtype == null || shape == null || offsets == null) {
                throw bad(at, what, "dtype, shape and data_offsets", "not all of them");
            }
            return checked(at, new Entry(name, dtype, shape, first(at, what, offsets), offsets[1]));
        }

        private long first(long at, String what, long[] offsets) throws FileFormatException {
            if (offsets.length != 2 || offsets[0] > offsets[1]) {
                throw bad(at, "data_offsets of " + what, "begin and end", Arrays.toString(offsets));
            }
            return offsets[0];
        }

        private String dtype(String what) throws IOException {
            expect(JsonToken.VALUE_STRING, "dtype of " + what, "a string");
            String dtype = json.getText();
            if (!BITS.containsKey(dtype)) {
                throw bad(
                        here(),
                        "dtype of " + what,
                        "one of " + BITS.keySet().stream().sorted().toList(),
                        dtype);
            }
            return dtype;
        }

        private long[] sizes(String what) throws IOException {
            expect(JsonToken.START_ARRAY, what, "an array");
            List<Long> sizes = new ArrayList<>();
            while (json.nextToken() != JsonToken.END_ARRAY) {
                if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
                    throw bad(here(), what, "whole numbers", describe());
                }
                boolean fits = json.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
                if (!fits || json.getLongValue() < 0) {
                    throw bad(here(), what, "0 to 2^63 - 1", json.getText());
                }
                sizes.add(json.getLongValue());
            }
            return sizes.stream().mapToLong(Long::longValue).toArray();
        }

        private Entry checked(long at, Entry entry) throws FileFormatException {
            String what = "size of tensor " + entry.name();
            long bytes;
            try {
                long bits = BITS.get(entry.dtype());
                for (long size : entry.shape()) {
                    bits = Math.multiplyExact(bits, size);
                }
                bytes = bits % Byte.SIZE == 0 ? bits / Byte.SIZE : -1;
            } catch (ArithmeticException e) {
                throw bad(at, what, "less than 2^63 bits", Arrays.toString(entry.shape()));
            }
            if (bytes != entry.end() - entry.begin()) {
                String expected = entry.dtype() + " " + Arrays.toString(entry.shape());
                throw bad(at, what, "that of " + expected, (entry.end() - entry.begin()) + " bytes");
            }
            return entry;
        }

        private void checkCover(List<Entry> entries, long dataStart) throws FileFormatException {
            List<Entry> sorted = new ArrayList<>(entries);
            sorted.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
            long position = 0;
            for (Entry entry : sorted) {
                if (entry.begin() != position) {
                    String actual = entry.begin() + (entry.begin() < position ? ", an overlap" : ", a hole");
                    throw bad(dataStart + position, "data of tensor " + entry.name(), "begin " + position, actual);
                }
                position = entry.end();
            }
            if (position != file.byteSize() - dataStart) {
                throw bad(
                        dataStart + Math.min(position, file.byteSize() - dataStart),
                        "end of the data",
                        position + " bytes of tensors",
                        (file.byteSize() - dataStart) + " in the file");
            }
        }

        private void expect(JsonToken token, String what, String expected) throws IOException {
            if (json.nextToken() != token) {
                throw bad(here(), what, expected, describe());
            }
        }

        private String describe() throws IOException {
            return json.currentToken() == null ? "the end" : json.getText();
        }

        private long here() {
            return LENGTH_BYTES + Math.max(0, json.currentTokenLocation().getByteOffset());
        }

        private FileFormatException bad(long offset, String what, String expected, String actual) {
            return new FileFormatException(path, offset, what, expected, actual);
        }
    }
}
