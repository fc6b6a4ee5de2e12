package demitasse.cli;

import demitasse.gguf.FileFormatException;
import demitasse.gguf.GgufFile;
import demitasse.gguf.ModelFileChangedException;
import demitasse.gguf.ModelLoadException;
import demitasse.phi3.KvMemoryException;
import demitasse.phi3.PromptTooLongException;
import demitasse.phi3.jinja.ChatTemplateException;
import demitasse.rag.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** The one place where failures become a line for the user. */
final class Failures {
    /** Set to see the stack trace of a failure. */
    static final String DEBUG = "DEMITASSE_DEBUG";

    private Failures() {}

    /** One line without a line break. */
    static String line(Throwable failure) {
        return text(failure).strip().replaceAll("\\s*[\\r\\n]+\\s*", "; ");
    }

    private static String text(Throwable failure) {
        return switch (failure) {
            case InputException e -> e.getMessage();
            case FileFormatException e -> e.getMessage();
            case ModelLoadException e -> e.getMessage();
            case ModelFileChangedException e -> e.getMessage();
            case InternalError e
            when GgufFile.isPageFault(e) ->
                "a file was changed while it was in use, or its disk fails: a part of it cannot be read any more";
            case PromptTooLongException e -> e.getMessage();
            case KvMemoryException e -> e.getMessage();
            case ChatTemplateException e -> "the model's chat template: " + e.getMessage();
            case StoreException e -> e.getMessage();
            case UncheckedIOException e -> text(e.getCause());
            case NoSuchFileException e -> e.getFile() + ": no such file";
            case AccessDeniedException e -> e.getFile() + ": permission denied";
            case FileAlreadyExistsException e -> e.getFile() + ": is there already";
            case NotDirectoryException e -> e.getFile() + ": is no folder";
            case DirectoryNotEmptyException e -> e.getFile() + ": is not empty";
            case BindException e -> message(e, "the address is in use");
            case UnknownHostException e -> "unknown host " + e.getMessage();
            case ConnectException e -> message(e, "connection refused");
            case IOException e -> message(e, e.getClass().getSimpleName());
            case OutOfMemoryError e ->
                "out of memory: the heap holds " + (Runtime.getRuntime().maxMemory() >> 20)
                        + " MB; set DEMITASSE_HEAP, for example DEMITASSE_HEAP=6g";
            default -> internal(failure);
        };
    }

    private static String message(Exception e, String otherwise) {
        return e.getMessage() == null || e.getMessage().isBlank() ? otherwise : e.getMessage();
    }

    /** A bug of ours, or an argument that a module refused: say what is known. */
    private static String internal(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && !(cause instanceof IOException)) {
            cause = cause.getCause();
        }
        if (cause != failure) {
            return text(cause);
        }
        boolean told = failure instanceof IllegalArgumentException || failure instanceof IllegalStateException;
        if (told && failure.getMessage() != null) {
            return failure.getMessage();
        }
        return "unexpected " + failure.getClass().getSimpleName()
                + (failure.getMessage() == null ? "" : ": " + failure.getMessage()) + " (" + DEBUG
                + "=1 shows where)";
    }
}
