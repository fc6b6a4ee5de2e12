package demitasse.cli;

/** Input or a model at fault: its message is the one line that the user reads, and the exit code is 1. */
final class InputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InputException(String message) {
        super(message);
    }
}
