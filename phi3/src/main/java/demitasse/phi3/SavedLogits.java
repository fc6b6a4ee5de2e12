package demitasse.phi3;

import demitasse.gguf.GgufFormatException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a model foresaw for each token of a text, as llama-perplexity's --kl-divergence-base saves it, all numbers
 * little-endian: 8 bytes "_logits_", i32 context, i32 vocabulary, i32 chunks, i32 token ids of all chunks, then a row of
 * {@link LogProbabilities} for each token that is scored. Source: tools/perplexity/perplexity.cpp.
 */
public final class SavedLogits implements AutoCloseable {
    private static final byte[] MAGIC = "_logits_".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER = 8 + 3 * Integer.BYTES;

    private final Path file;
    private final InputStream in;
    private final int context;
    private final int vocabulary;
    private final int[] ids;

    private SavedLogits(Path file, InputStream in) throws IOException {
        this.file = file;
        this.in = in;
        long size = Files.size(file);
        ByteBuffer header = ByteBuffer.wrap(in.readNBytes(HEADER)).order(ByteOrder.LITTLE_ENDIAN);
        if (header.limit() < HEADER || header.slice(0, MAGIC.length).mismatch(ByteBuffer.wrap(MAGIC)) >= 0) {
            throw new GgufFormatException(file, 0, "saved logits", "_logits_ and three numbers", "something else");
        }
        header.position(MAGIC.length);
        context = number(header, "context", Perplexity.SMALLEST_CONTEXT);
        vocabulary = number(header, "vocabulary", 1);
        int chunks = number(header, "chunks", 1);
        long tokens = (long) context * chunks;
        long rows = (long) chunks * scored(context);
        // Before anything is allocated; a row is two bytes a token at least, so a product beyond 2^63 is caught too.
        double needed = HEADER + (double) Integer.BYTES * tokens + (double) rows * 2 * vocabulary;
        if (needed > size || size < HEADER + Integer.BYTES * tokens + rows * LogProbabilities.bytes(vocabulary)) {
            throw new GgufFormatException(
                    file,
                    HEADER,
                    "saved logits",
                    chunks + " chunks of " + context + " with a vocabulary of " + vocabulary,
                    size + " bytes in all");
        }
        ids = new int[(int) tokens];
        ByteBuffer bytes = ByteBuffer.wrap(in.readNBytes(Integer.BYTES * ids.length));
        bytes.order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(ids);
        for (int id : ids) {
            if (id < 0 || id >= vocabulary) {
                throw new GgufFormatException(file, HEADER, "token ids", "0 to " + (vocabulary - 1), "" + id);
            }
        }
    }

    /** @throws GgufFormatException if it is no such file, or broken */
    public static SavedLogits open(Path file) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file));
        try {
            return new SavedLogits(file, in);
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    private int number(ByteBuffer header, String what, int least) throws GgufFormatException {
        int at = header.position();
        int value = header.getInt();
        if (value < least) {
            throw new GgufFormatException(file, at, what, "at least " + least, String.valueOf(value));
        }
        return value;
    }

    /** Tokens that are scored in a chunk. */
    private static int scored(int context) {
        return context - 1 - context / 2;
    }

    static void writeHeader(OutputStream out, int context, int vocabulary, int chunks, int[] ids) throws IOException {
        int tokens = Math.multiplyExact(context, chunks);
        ByteBuffer bytes = ByteBuffer.allocate(Math.addExact(HEADER, Math.multiplyExact(Integer.BYTES, tokens)));
        bytes.order(ByteOrder.LITTLE_ENDIAN).put(MAGIC);
        bytes.putInt(context).putInt(vocabulary).putInt(chunks);
        bytes.asIntBuffer().put(ids, 0, tokens);
        out.write(bytes.array());
    }

    public Path file() {
        return file;
    }

    /** Tokens of a chunk. */
    public int context() {
        return context;
    }

    public int vocabulary() {
        return vocabulary;
    }

    public int chunks() {
        return ids.length / context;
    }

    int[] ids() {
        return ids;
    }

    /** Reads the next row. */
    void next(LogProbabilities row) throws IOException {
        row.read(in);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
