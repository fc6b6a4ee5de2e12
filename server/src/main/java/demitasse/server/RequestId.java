package demitasse.server;

import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** A name for each request, the client's or one of ours: in its answer, in errors and in every line of the log about it. */
public final class RequestId {
    static final String HEADER = "X-Request-Id";

    private static final Pattern USABLE = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final ScopedValue<String> CURRENT = ScopedValue.newInstance();

    private RequestId() {}

    /** Of the request that this thread works for; null outside of one. */
    public static String current() {
        return CURRENT.isBound() ? CURRENT.get() : null;
    }

    private static String of(Request request) {
        String given = request.getHeaders().get(HEADER);
        return given != null && USABLE.matcher(given).matches()
                ? given
                : UUID.randomUUID().toString();
    }

    /** A job for another thread, which works for the same request. */
    static <T> Callable<T> carry(Callable<T> job) {
        String id = current();
        return id == null ? job : () -> ScopedValue.where(CURRENT, id).call(job::call);
    }

    /** Before everything else that is done with a request. */
    static final class Scope extends Handler.Wrapper {
        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            String id = of(request);
            response.getHeaders().put(HEADER, id);
            return ScopedValue.where(CURRENT, id).call(() -> super.handle(request, response, callback));
        }
    }
}
