package demitasse.tensor;

/** What one thread needs while it multiplies panels. Sizes do not depend on the model, so it is made once a thread. */
final class PanelScratch {
    /** Tokens that a tile meets before its accumulators are written out; whole groups of four. */
    static final int TOKENS = 384;

    /** Panels of one GEMM tile: two lines side by side make two vectors at 512 bits. */
    static final int TILE_PANELS = 2;

    /** Panels that one token meets side by side: four vectors at 512 bits. */
    static final int ALONE_PANELS = 4;

    /** Unpacked weights of a tile: for each panel, k pairs x 16 rows x 2. */
    final short[] tile = new short[TILE_PANELS * PanelFormat.GROUP * PanelFormat.ROWS];

    /** Scales and offsets of a group of as many panels, see {@link PanelKernels#scales}. */
    final float[] scales = new float[ALONE_PANELS * PanelFormat.GROUP_SCALES];

    /** Sums so far: for each token the rows of the tile. */
    final float[] sums = new float[TOKENS * TILE_PANELS * PanelFormat.ROWS];

    /** Of a group of four tokens the sums of one group of columns, where {@link PanelFormat#scalesGroups}; else zero. */
    final float[] groupSums = new float[PanelInput.TOKENS * TILE_PANELS * PanelFormat.ROWS];

    /** For each 16 columns of a group two vectors of sums, see {@link PanelDot}. */
    final int[] parts = new int[2 * PanelFormat.GROUP_SUBS * TILE_PANELS * PanelFormat.ROWS];

    /** Where the panels of a piece are to be read, see {@link PanelMatrix}. */
    byte[] panels;

    int panelsAt;

    /** The copy of panels that stand in a mapped file. */
    byte[] copy = {};
}
