package demitasse.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demitasse.gguf.FileFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SafetensorsFileTest {
    private static final String A = "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";
    private static final String B = "\"b\":{\"dtype\":\"BF16\",\"shape\":[1,2],\"data_offsets\":[8,12]}";

    @TempDir
    private Path folder;

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("m.safetensors"), bytes);
    }

    @Test
    void readsTypesShapesAndPlaces() throws IOException {
        String header = "{\"__metadata__\":{\"format\":\"pt\"}," + B + "," + A
                + ",\"scalar\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[12,13]}"
                + ",\"none\":{\"dtype\":\"F16\",\"shape\":[0,4],\"data_offsets\":[8,8]}}   ";
        byte[] data = new byte[13];
        data[12] = 42;
        try (SafetensorsFile file = SafetensorsFile.open(write(HfFixture.file(header, data)))) {
            List<HfTensor> tensors = file.tensors();
            assertEquals(
                    List.of("a", "b", "none", "scalar"),
                    tensors.stream().map(HfTensor::name).toList());
            assertEquals("BF16", tensors.get(1).dtype());
            assertArrayEquals(new long[] {2, 1}, tensors.get(1).ggufShape());
            assertEquals(4, tensors.get(1).data().byteSize());
            assertEquals(0, tensors.get(2).data().byteSize());
            assertEquals(42, tensors.get(3).data().get(java.lang.foreign.ValueLayout.JAVA_BYTE, 0));
            assertEquals(8 + header.length() + 12, tensors.get(3).offset());
        }
    }

    @Test
    void readsAFileWithoutTensors() throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(write(HfFixture.file("{}", new byte[0])))) {
            assertTrue(file.tensors().isEmpty());
        }
    }

    /** With apostrophes for quotation marks; each with 12 bytes of data. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,8]},'b':{'dtype':'F32','shape':[1],'data_offsets':[8,12]}} # size of tensor a",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} # end of the data",
                "{'a':{'dtype':'F32','shape':[4],'data_offsets':[0,16]}} # end of the data",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'b':{'dtype':'F32','shape':[2],'data_offsets':[4,12]}} # an overlap",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'b':{'dtype':'F32','shape':[1],'data_offsets':[8,12]}} # a hole",
                "{'b':{'dtype':'F32','shape':[2],'data_offsets':[4,12]}} # a hole",
                "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,12]},'a':{'dtype':'F32','shape':[3],'data_offsets':[0,12]}} # each name once",
                "{'a':{'dtype':'F32','dtype':'F32','shape':[3],'data_offsets':[0,12]}} # each name once",
                "{'a':{'dtype':'Q32','shape':[3],'data_offsets':[0,12]}} # dtype of tensor a",
                "{'a':{'dtype':5,'shape':[3],'data_offsets':[0,12]}} # dtype of tensor a",
                "{'a':{'dtype':'F32','shape':[3]}} # not all of them",
                "{'a':{'dtype':'F32','data_offsets':[0,12]}} # not all of them",
                "{'a':{'shape':[3],'data_offsets':[0,12]}} # not all of them",
                "{'a':{'dtype':'F32','shape':[-3],'data_offsets':[0,12]}} # shape of tensor a",
                "{'a':{'dtype':'F32','shape':[3.0],'data_offsets':[0,12]}} # shape of tensor a",
                "{'a':{'dtype':'F32','shape':['3'],'data_offsets':[0,12]}} # shape of tensor a",
                "{'a':{'dtype':'F32','shape':3,'data_offsets':[0,12]}} # shape of tensor a",
                "{'a':{'dtype':'F32','shape':[4294967296,4294967296,3],'data_offsets':[0,12]}} # size of tensor a",
                "{'a':{'dtype':'F32','shape':[36893488147419103235],'data_offsets':[0,12]}} # shape of tensor a",
                "{'a':{'dtype':'F32','shape':[3],'data_offsets':[12,0]}} # data_offsets of tensor a",
                "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,12,12]}} # data_offsets of tensor a",
                "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0]}} # data_offsets of tensor a",
                "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,-12]}} # data_offsets of tensor a",
                "{'a':{'dtype':'F4','shape':[3],'data_offsets':[0,2]}} # size of tensor a",
                "{'a':[]} # tensor a",
                "{'a':null} # tensor a",
                "{'__metadata__':{'x':1},'a':{'dtype':'F32','shape':[3],'data_offsets':[0,12]}} # strings only",
                "{'__metadata__':[],'a':{'dtype':'F32','shape':[3],'data_offsets':[0,12]}} # __metadata__",
                "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,12]}} {} # nothing after the object",
                "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,12]} # header",
                "{'a' # header",
                "[] # header",
                "` {}` # header",
                "{} # end of the data",
            })
    void refusesBrokenHeaders(String header, String named) throws IOException {
        Path file = write(HfFixture.file(header.replace('\'', '"'), new byte[12]));
        FileFormatException e = assertThrows(FileFormatException.class, () -> SafetensorsFile.open(file));
        assertTrue(e.getMessage().contains(named), e.getMessage());
        assertTrue(e.getMessage().startsWith(file + ": at byte "), e.getMessage());
        assertTrue(e.offset() >= 0 && e.offset() <= Files.size(file), e.getMessage());
    }

    @Test
    void refusesBrokenLengths() throws IOException {
        byte[] good = HfFixture.file("{" + A + "," + B + "}", new byte[12]);
        for (long length : new long[] {-1, 0, 1, Long.MIN_VALUE, good.length - 7, good.length, 1L << 40}) {
            byte[] bad = good.clone();
            ByteBuffer.wrap(bad).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
            refuses(bad, "length of the header");
        }
        refuses(new byte[0], "length of the header");
        refuses(new byte[7], "length of the header");
    }

    /** Whatever is cut off, something is missing. */
    @Test
    void refusesEveryCut() throws IOException {
        byte[] good = HfFixture.file("{" + A + "," + B + "}", new byte[12]);
        for (int length = 0; length < good.length; length++) {
            refuses(Arrays.copyOf(good, length), "expected");
        }
        refuses(Arrays.copyOf(good, good.length + 1), "end of the data");
    }

    @Test
    void refusesOtherEncodings() throws IOException {
        String header = "{" + A + "," + B + "}";
        byte[] wide = header.getBytes(StandardCharsets.UTF_16LE);
        ByteBuffer file = ByteBuffer.allocate(8 + wide.length + 12).order(ByteOrder.LITTLE_ENDIAN);
        refuses(file.putLong(wide.length).put(wide).array(), "a NUL");
        byte[] latin = HfFixture.file(header.replace("\"a\"", "\"?\""), new byte[12]);
        latin[8 + header.indexOf("a")] = (byte) 0xe4;
        refuses(latin, "UTF-8");
    }

    private void refuses(byte[] bytes, String named) throws IOException {
        Path file = write(bytes);
        FileFormatException e = assertThrows(FileFormatException.class, () -> SafetensorsFile.open(file));
        assertTrue(e.getMessage().contains(named), e.getMessage());
    }
}
