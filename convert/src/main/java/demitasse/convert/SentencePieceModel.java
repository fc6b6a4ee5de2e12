package demitasse.convert;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import demitasse.gguf.FileFormatException;
import demitasse.gguf.ModelLoadException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a tokenizer.model says: a protocol buffer. Source: sentencepiece_model.proto, of which three messages matter.
 *
 * @param isBytePair and not a unigram model
 * @param addsPrefix whether a space is put before each text
 */
record SentencePieceModel(List<Piece> pieces, boolean isBytePair, boolean addsPrefix) {
    /** @param type as in {@link TokenList}, whose numbers are SentencePiece's */
    record Piece(String text, float score, int type) {}

    // Numbers of fields.
    private static final int PIECES = 1;
    private static final int TRAINER = 2;
    private static final int NORMALIZER = 3;
    private static final int PIECE_TEXT = 1;
    private static final int PIECE_SCORE = 2;
    private static final int PIECE_TYPE = 3;
    private static final int TRAINER_MODEL_TYPE = 3;
    private static final int NORMALIZER_ADD_PREFIX = 3;

    private static final int BYTE_PAIR = 2;
    private static final long MAX_BYTES = 1L << 28;

    int size() {
        return pieces.size();
    }

    static SentencePieceModel read(Path path) throws IOException {
        if (Files.size(path) > MAX_BYTES) {
            throw new FileFormatException(path, 0, "size", "at most " + MAX_BYTES + " bytes", "" + Files.size(path));
        }
        CodedInputStream in = CodedInputStream.newInstance(Files.readAllBytes(path));
        List<Piece> pieces = new ArrayList<>();
        boolean[] flags = {false, true};
        try {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                switch (WireFormat.getTagFieldNumber(tag)) {
                    case PIECES -> pieces.add(piece(message(in, tag)));
                    case TRAINER -> flags[0] = number(message(in, tag), TRAINER_MODEL_TYPE, 1) == BYTE_PAIR;
                    case NORMALIZER -> flags[1] = number(message(in, tag), NORMALIZER_ADD_PREFIX, 1) != 0;
                    default -> in.skipField(tag);
                }
            }
        } catch (InvalidProtocolBufferException | CharacterCodingException e) {
            throw new FileFormatException(
                    path, in.getTotalBytesRead(), "piece " + pieces.size(), "a SentencePiece model", e.getMessage());
        }
        if (pieces.isEmpty()) {
            throw new FileFormatException(path, 0, "pieces", "at least one", "none");
        }
        return new SentencePieceModel(List.copyOf(pieces), flags[0], flags[1]);
    }

    private static CodedInputStream message(CodedInputStream in, int tag) throws IOException {
        check(tag, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        return CodedInputStream.newInstance(in.readByteArray());
    }

    private static void check(int tag, int wireType) throws InvalidProtocolBufferException {
        if (WireFormat.getTagWireType(tag) != wireType) {
            throw new InvalidProtocolBufferException("a field of another type");
        }
    }

    private static Piece piece(CodedInputStream in) throws IOException {
        String text = "";
        float score = 0;
        int type = TokenList.NORMAL;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case PIECE_TEXT -> {
                    check(tag, WireFormat.WIRETYPE_LENGTH_DELIMITED);
                    ByteBuffer bytes = ByteBuffer.wrap(in.readByteArray());
                    text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
                }
                case PIECE_SCORE -> {
                    check(tag, WireFormat.WIRETYPE_FIXED32);
                    score = in.readFloat();
                }
                case PIECE_TYPE -> {
                    check(tag, WireFormat.WIRETYPE_VARINT);
                    type = in.readInt32();
                }
                default -> in.skipField(tag);
            }
        }
        return new Piece(text, score, type);
    }

    /** A field that is a number, in a message of which nothing else is wanted. */
    private static long number(CodedInputStream in, int field, long otherwise) throws IOException {
        long value = otherwise;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == field) {
                check(tag, WireFormat.WIRETYPE_VARINT);
                value = in.readInt64();
            } else {
                in.skipField(tag);
            }
        }
        return value;
    }

    /** The pieces as tokens; those that config.json has no room for are left out, as llama.cpp does. */
    TokenList tokens(int vocabulary) throws ModelLoadException {
        if (vocabulary < 1) {
            throw new ModelLoadException("config.json: vocab_size", "a positive integer", "" + vocabulary);
        }
        TokenList tokens = new TokenList(vocabulary);
        for (int id = 0; id < Math.min(vocabulary, pieces.size()); id++) {
            Piece piece = pieces.get(id);
            boolean known = piece.type() >= TokenList.NORMAL && piece.type() <= TokenList.BYTE;
            // Pieces of the user's are ordinary ones for llama.cpp.
            boolean kept = known && piece.type() != TokenList.USER_DEFINED;
            tokens.set(id, piece.text(), kept ? piece.type() : TokenList.NORMAL, piece.score());
        }
        return tokens;
    }
}
