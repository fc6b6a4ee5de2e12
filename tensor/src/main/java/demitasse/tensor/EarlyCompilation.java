package demitasse.tensor;

import demitasse.gguf.GgmlType;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Has the JIT compile what a decoder's first token needs, in a thread beside the loading: each kernel is called a few times on
 * very little data. Else both working threads interpret the first layer, at a thousandth of the speed and on the processor on
 * which C2 works.
 *
 * <p>Done once in a JVM for each type. How often C2 wants to see a method is said by the launcher's flags; with the JVM's own,
 * little is compiled here, and it takes a moment only.
 */
public final class EarlyCompilation {
    /** C2 compiles a method after 13 calls with 300 turns of loops, with the launcher's flags; interpreted ones are missed at first. */
    private static final int CALLS = 40;

    /** Sub-blocks of a product: with one C2 would learn that the outer loop has one turn. */
    private static final int SUBS = 2;

    /** Rows of a short batch. */
    private static final int TOKENS = 8;

    private static final int FLOATS = 256;

    /** The JVM begins to note receivers after 200 calls, or somewhat later, when C1 has compiled what notes them. */
    private static final int RECEIVERS = 1500;

    private static final int HEAD = 16;
    private static final float EPSILON = 1e-5f;

    /** What has been compiled; its lock is held meanwhile. */
    private static final Set<PanelFormat> DONE = EnumSet.noneOf(PanelFormat.class);

    private final Thread thread;

    private EarlyCompilation(Set<PanelFormat> formats) {
        thread = Thread.ofPlatform().daemon().name("demitasse-early").unstarted(() -> compile(formats));
    }

    /** Begins; for weights of these types. */
    public static EarlyCompilation start(Collection<GgmlType> types) {
        Set<PanelFormat> formats = EnumSet.noneOf(PanelFormat.class);
        for (GgmlType type : types) {
            PanelFormat format = PanelFormat.of(type);
            if (format != null) {
                formats.add(format);
            }
        }
        EarlyCompilation early = new EarlyCompilation(formats);
        early.thread.start();
        return early;
    }

    /** To be called when all is loaded: what is not compiled yet will be sooner if nobody else computes. */
    public void await() {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void compile(Set<PanelFormat> formats) {
        synchronized (DONE) {
            boolean first = DONE.isEmpty() && !formats.isEmpty();
            if (first) {
                receivers();
                rows();
            }
            for (PanelFormat format : formats) {
                if (DONE.add(format)) {
                    products(format);
                }
            }
            if (first) {
                attention();
            }
        }
    }

    /**
     * Calls what kernels call on their sums, which C2 knows as vectors of any length: it inlines these methods only if it has
     * seen whose they are. A kernel that is compiled before that keeps its sums in boxes for good, a hundred times slower.
     */
    private static void receivers() {
        VectorSpecies<Integer> ints = VectorUnit.INTS;
        VectorSpecies<Float> floats = VectorUnit.FLOATS;
        ShortVector s = ShortVector.zero(VectorUnit.SHORTS);
        IntVector i = IntVector.zero(ints);
        FloatVector f = FloatVector.zero(floats);
        ByteVector b = ByteVector.zero(VectorUnit.BYTES);
        short[] shorts = new short[s.length()];
        float[] results = new float[f.length()];
        for (int n = 0; n < RECEIVERS; n++) {
            s = s.add(s.mul(s)).sub((short) 1);
            s.intoArray(shorts, 0);
            i = i.add(s.reinterpretAsInts()).and(1).or(i).and(i);
            i = i.lanewise(VectorOperators.LSHL, 1).lanewise(VectorOperators.LSHR, 1);
            i = i.lanewise(VectorOperators.ASHR, 1);
            s = s.add(i.reinterpretAsShorts());
            i = b.reinterpretAsInts();
            i.reinterpretAsFloats();
            f = ((FloatVector) i.convertShape(VectorOperators.I2F, floats, 0))
                    .mul(f)
                    .fma(f, f);
            f = f.add(f).mul(1f).sub(f);
            f.intoArray(results, 0);
        }
    }

    private static void rows() {
        float[] x = new float[FLOATS];
        float[] out = new float[FLOATS];
        for (int i = 0; i < CALLS; i++) {
            Ops.rmsNorm(x, 0, x, EPSILON, out, 0, FLOATS);
            Ops.swiglu(x, 0, x, 0, out, 0, FLOATS);
            Ops.add(x, 0, x, 0, FLOATS);
        }
    }

    private static void products(PanelFormat format) {
        PanelKernels kernels = PanelKernels.BEST;
        PanelScratch scratch = new PanelScratch();
        PanelInput input = new PanelInput(PanelFormat.GROUP, PanelInput.TOKENS);
        input.begin(PanelInput.TOKENS, true);
        float[] values = new float[PanelInput.TOKENS * PanelFormat.GROUP];
        for (int token = 0; token < PanelInput.TOKENS; token++) {
            input.quantize(values, token);
        }
        int bytes = format.groupBytes(PanelFormat.GROUP_SUBS);
        byte[] data = new byte[PanelScratch.TILE_PANELS * bytes + PanelFormat.LINE];
        for (int i = 0; i < CALLS; i++) {
            kernels.scales(format, data, 0, PanelFormat.GROUP_SUBS, 1, scratch.scales, 0);
        }
        for (int i = 0; i < CALLS; i++) {
            kernels.unpack(format, data, 0, bytes, PanelScratch.TILE_PANELS, SUBS, scratch, input);
        }
        for (int i = 0; i < CALLS; i++) {
            kernels.gemm(format, SUBS, scratch, input, 0, 0, 0);
        }
    }

    private static void attention() {
        KvCache cache = new KvCache(new KvShape(1, 1, HEAD, KvType.F16), TOKENS);
        cache.reserve(0, TOKENS);
        float[] rows = new float[TOKENS * HEAD];
        for (int token = 0; token < TOKENS; token++) {
            cache.store(0, token, rows, 0, rows, 0);
        }
        Attention attention = new Attention(1, 1, HEAD, 1);
        attention.add(cache, 0, TOKENS, true, 0, 0, TOKENS);
        float[] out = new float[rows.length];
        try (Threads one = new Threads(1)) {
            for (int i = 0; i < CALLS; i++) {
                attention.run(0, rows, HEAD, out, HEAD, one);
            }
        }
    }
}
