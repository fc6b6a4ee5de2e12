package demitasse.tensor;

import demitasse.gguf.GgmlType;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * SIMD twins of the {@link BlockFormat}s that are decoded at every use, sixteen weights at a time; the same bits. See
 * {@link BlockQ2_K}, {@link BlockQ3_K}, {@link BlockIQ4_NL} and {@link BlockIQ4_XS} for the layouts.
 */
final class VectorBlocks {
    private static final VectorSpecies<Byte> B = ByteVector.SPECIES_128;
    private static final VectorSpecies<Float> F =
            FloatVector.SPECIES_PREFERRED.length() > 16 ? FloatVector.SPECIES_512 : FloatVector.SPECIES_PREFERRED;
    private static final int H = F.length();
    /** Weights decoded together. */
    private static final int RUN = 16;

    private static final int SUPER = 256;
    private static final int Q2_BYTES = GgmlType.Q2_K.blockBytes();
    private static final int Q3_BYTES = GgmlType.Q3_K.blockBytes();
    private static final int NL_BYTES = GgmlType.IQ4_NL.blockBytes();
    private static final int XS_BYTES = GgmlType.IQ4_XS.blockBytes();

    private VectorBlocks() {}

    /** The twin for a type, or null. */
    static BlockDecoder of(GgmlType type) {
        return switch (type) {
            case Q2_K -> VectorBlocks::q2;
            case Q3_K -> VectorBlocks::q3;
            case IQ4_NL -> VectorBlocks::iq4nl;
            case IQ4_XS -> VectorBlocks::iq4xs;
            default -> null;
        };
    }

    private static void q2(byte[] in, int at, float[] out, int to, int blocks) {
        for (int block = 0; block < blocks; block++, at += Q2_BYTES, to += SUPER) {
            float d = Bytes.f16(in, at + 80);
            float dmin = Bytes.f16(in, at + 82);
            for (int sub = 0; sub < 16; sub++) {
                float scale = d * (in[at + sub] & 15);
                float minimum = dmin * (in[at + sub] >> 4 & 15);
                int quants = at + 16 + 32 * (sub / 8) + 16 * (sub % 2);
                ByteVector q = ByteVector.fromArray(B, in, quants)
                        .lanewise(VectorOperators.LSHR, 2 * (sub / 2 % 4))
                        .and((byte) 3);
                for (int part = 0; part < RUN / H; part++) {
                    ((FloatVector) q.castShape(F, part))
                            .mul(scale)
                            .sub(minimum)
                            .intoArray(out, to + RUN * sub + part * H);
                }
            }
        }
    }

    private static void q3(byte[] in, int at, float[] out, int to, int blocks) {
        for (int block = 0; block < blocks; block++, at += Q3_BYTES, to += SUPER) {
            float d = Bytes.f16(in, at + 108);
            for (int sub = 0; sub < 16; sub++) {
                int low = in[at + 96 + sub % 8] >> 4 * (sub / 8) & 15;
                int high = in[at + 104 + sub % 4] >> 2 * (sub / 4) & 3;
                float scale = d * ((low | high << 4) - 32);
                int half = 16 * (sub % 2);
                ByteVector third = ByteVector.fromArray(B, in, at + half)
                        .lanewise(VectorOperators.LSHR, sub / 2)
                        .and((byte) 1)
                        .lanewise(VectorOperators.LSHL, 2);
                ByteVector q = ByteVector.fromArray(B, in, at + 32 + 32 * (sub / 8) + half)
                        .lanewise(VectorOperators.LSHR, 2 * (sub / 2 % 4))
                        .and((byte) 3)
                        .or(third)
                        .sub((byte) 4);
                for (int part = 0; part < RUN / H; part++) {
                    ((FloatVector) q.castShape(F, part)).mul(scale).intoArray(out, to + RUN * sub + part * H);
                }
            }
        }
    }

    private static void iq4nl(byte[] in, int at, float[] out, int to, int blocks) {
        for (int block = 0; block < blocks; block++, at += NL_BYTES, to += 2 * RUN) {
            levels(in, at + 2, Bytes.f16(in, at), out, to);
        }
    }

    private static void iq4xs(byte[] in, int at, float[] out, int to, int blocks) {
        for (int block = 0; block < blocks; block++, at += XS_BYTES, to += SUPER) {
            float d = Bytes.f16(in, at);
            int upper = Bytes.u16(in, at + 2);
            for (int sub = 0; sub < 8; sub++) {
                int low = in[at + 4 + sub / 2] >> 4 * (sub % 2) & 15;
                float scale = d * ((low | (upper >> 2 * sub & 3) << 4) - 32);
                levels(in, at + 8 + 16 * sub, scale, out, to + 32 * sub);
            }
        }
    }

    /** 32 weights: low nibbles, then high ones. */
    private static void levels(byte[] in, int at, float scale, float[] out, int to) {
        ByteVector levels = ByteVector.fromArray(B, BlockIQ4_NL.LEVELS, 0);
        ByteVector v = ByteVector.fromArray(B, in, at);
        ByteVector low = v.and((byte) 15).selectFrom(levels);
        ByteVector high = v.lanewise(VectorOperators.LSHR, 4).and((byte) 15).selectFrom(levels);
        for (int part = 0; part < RUN / H; part++) {
            ((FloatVector) low.castShape(F, part)).mul(scale).intoArray(out, to + part * H);
            ((FloatVector) high.castShape(F, part)).mul(scale).intoArray(out, to + RUN + part * H);
        }
    }
}
