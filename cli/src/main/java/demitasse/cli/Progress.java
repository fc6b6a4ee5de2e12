package demitasse.cli;

/** Told how far a long step is. */
interface Progress extends AutoCloseable {
    /** @param total bytes in all; negative when not known */
    void at(long done, long total);

    @Override
    void close();
}
