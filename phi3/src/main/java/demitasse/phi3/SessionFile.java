package demitasse.phi3;

import demitasse.gguf.GgufFile;
import demitasse.gguf.GgufTensor;
import demitasse.gguf.WholeFile;
import demitasse.tensor.KvCache;
import demitasse.tensor.KvShape;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * A session on disk: what model and kind of cache it is of, its tokens, then the pages of keys and values as they are in
 * memory, and a checksum (CRC-32C) of all that. Numbers of the header are big-endian, those of the pages little-endian.
 * The layout of pages may change with our version, and then so does the version here.
 */
record SessionFile(Path path, Origin origin) {
    private static final long MAGIC = 0x4445_4d49_4b56_3031L; // "DEMIKV01"
    private static final int HASH_BYTES = 32;
    /** Of each tensor: models of one shape differ in them. */
    private static final int SAMPLE_BYTES = 64;

    /**
     * What a saved session belongs to.
     *
     * @param modelName for messages
     * @param fingerprint see {@link #fingerprint}
     * @param longRope which of a model's two rotations the keys have
     */
    record Origin(String modelName, byte[] fingerprint, KvShape shape, boolean longRope, int vocabulary) {}

    /** @param filled of the tokens have keys and values in the file */
    record Header(int[] ids, int filled) {}

    /** Tells models apart by their tensors' names, types, shapes and first bytes. */
    static byte[] fingerprint(GgufFile file) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] sample = new byte[SAMPLE_BYTES];
            for (GgufTensor tensor : file.tensors().values()) {
                String line = tensor.name() + " " + tensor.type() + " " + Arrays.toString(tensor.shape());
                digest.update(line.getBytes(StandardCharsets.UTF_8));
                int n = (int) Math.min(SAMPLE_BYTES, tensor.bytes());
                tensor.data().asSlice(0, n).asByteBuffer().get(sample, 0, n);
                digest.update(sample, 0, n);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A crash leaves what was there. For its owner only: it is made of what somebody wrote. */
    void write(int[] ids, int count, KvCache cache, int filled) throws IOException {
        WholeFile.writeForOwner(path, stream -> {
            CRC32C sum = new CRC32C();
            DataOutputStream out = new DataOutputStream(new CheckedOutputStream(stream, sum));
            writeHeader(out, ids, count, filled);
            cache.write(Channels.newChannel(out), filled);
            out.writeLong(sum.getValue());
        });
    }

    private void writeHeader(DataOutputStream out, int[] ids, int count, int filled) throws IOException {
        out.writeLong(MAGIC);
        out.write(origin.fingerprint());
        out.writeInt(origin.shape().type().ordinal());
        out.writeBoolean(origin.longRope());
        out.writeInt(count);
        out.writeInt(filled);
        for (int i = 0; i < count; i++) {
            out.writeInt(ids[i]);
        }
    }

    private static long headerBytes(int tokens) {
        return Long.BYTES + HASH_BYTES + Integer.BYTES + 1 + 2 * Integer.BYTES + (long) tokens * Integer.BYTES;
    }

    private long fileBytes(int tokens, int filled) {
        return headerBytes(tokens) + KvShape.pages(filled) * origin.shape().pageBytes() + Long.BYTES;
    }

    /** Where pages come from: given the header, a cache with room for them. */
    interface Target {
        KvCache cache(Header header);
    }

    /**
     * Reads a file into a cache that nobody uses yet.
     *
     * @param contextSize the most tokens that it may have
     * @throws SessionFileException if it is broken, or of another origin
     */
    Header read(int contextSize, Target target) throws IOException {
        CRC32C sum = new CRC32C();
        try (DataInputStream in =
                new DataInputStream(new CheckedInputStream(new BufferedInputStream(Files.newInputStream(path)), sum))) {
            Header header = readHeader(in, contextSize);
            KvCache cache = target.cache(header);
            cache.read(Channels.newChannel(in), header.filled());
            long expected = sum.getValue();
            if (in.readLong() != expected) {
                throw new SessionFileException(path, "a broken saved session: its checksum is wrong");
            }
            return header;
        } catch (EOFException e) {
            throw new SessionFileException(path, "a broken saved session: it ends too early");
        }
    }

    private Header readHeader(DataInputStream in, int contextSize) throws IOException {
        if (in.readLong() != MAGIC) {
            throw new SessionFileException(path, "no saved session, or one of another version");
        }
        if (!Arrays.equals(in.readNBytes(HASH_BYTES), origin.fingerprint())) {
            throw new SessionFileException(path, "a session of another model, not of " + origin.modelName());
        }
        int type = in.readInt();
        if (type != origin.shape().type().ordinal()) {
            CacheType[] types = CacheType.values();
            throw new SessionFileException(
                    path,
                    "keys and values are "
                            + (type < 0 || type >= types.length ? "of an unknown type" : name(types[type]))
                            + ", this session's "
                            + name(types[origin.shape().type().ordinal()]));
        }
        if (in.readBoolean() != origin.longRope()) {
            throw new SessionFileException(path, "a session of a context with other rotations (-c)");
        }
        int count = in.readInt();
        int filled = in.readInt();
        if (count < 0 || filled < 0 || filled > count || Files.size(path) != fileBytes(count, filled)) {
            throw new SessionFileException(path, "a broken saved session: its length is wrong");
        }
        if (count > contextSize) {
            throw new SessionFileException(path, "has " + count + " tokens, this context holds " + contextSize);
        }
        int[] ids = new int[count];
        for (int i = 0; i < count; i++) {
            ids[i] = in.readInt();
            if (ids[i] < 0 || ids[i] >= origin.vocabulary()) {
                throw new SessionFileException(path, "a broken saved session: token " + ids[i]);
            }
        }
        return new Header(ids, filled);
    }

    private static String name(CacheType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }
}
