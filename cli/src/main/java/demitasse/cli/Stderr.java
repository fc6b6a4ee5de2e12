package demitasse.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;

/**
 * The JVM prints "WARNING: Using incubator modules" before any code of ours runs, and no option turns that off. The
 * launcher therefore filters descriptor 2, line by line, and puts the real stderr on another one, which is taken here.
 */
final class Stderr {
    /** The descriptor on which the launcher put stderr. */
    private static final String PROPERTY = "demitasse.stderr";

    private static final int USUAL = 2;

    private Stderr() {}

    /** The real stderr, to which {@link System#err} writes from now on. */
    static FileDescriptor restore() {
        int number = Integer.getInteger(PROPERTY, USUAL);
        if (number == USUAL) {
            return FileDescriptor.err;
        }
        try {
            // The launcher opens java.io for this: opening /dev/fd/3 anew would have a position of its own.
            Constructor<FileDescriptor> ofNumber = FileDescriptor.class.getDeclaredConstructor(int.class);
            ofNumber.setAccessible(true);
            FileDescriptor descriptor = ofNumber.newInstance(number);
            System.setErr(new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8));
            return descriptor;
        } catch (ReflectiveOperationException | RuntimeException e) {
            return FileDescriptor.err;
        }
    }
}
