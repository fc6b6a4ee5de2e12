package demitasse.server;

import com.fasterxml.jackson.annotation.JsonInclude;
import demitasse.agent.StorageFullException;
import demitasse.phi3.KvMemoryException;
import demitasse.phi3.PromptTooLongException;
import demitasse.phi3.grammar.GrammarException;
import demitasse.phi3.jinja.ChatTemplateException;
import demitasse.rag.DatabaseFile;
import demitasse.rag.StoreException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Turns whatever a handler throws into OpenAI's error object with the right status. */
final class Faults {
    /** OpenAI's shape, in which absent values are null, and the id by which the log names the request. */
    record Body(Detail error) {}

    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Detail(String message, String type, String param, String code, String requestId) {
        /** @param param null: none in particular */
        static Detail of(String message, String type, String param, String code) {
            return new Detail(message, type, param, code, RequestId.current());
        }
    }

    private static final System.Logger LOG = System.getLogger(Faults.class.getName());
    private static final String RETRY_SECONDS = "2";
    private static final int CLIENT_GONE = 499;

    private Faults() {}

    static void register(RoutesConfig routes) {
        routes.exception(HttpResponseException.class, (e, ctx) -> answer(ctx, translate(e, ctx)));
        routes.exception(ClientGoneException.class, (e, ctx) -> ctx.status(CLIENT_GONE));
        routes.exception(Exception.class, (e, ctx) -> answer(ctx, translate(e)));
    }

    /** What is wrong before there is a route: a request that is no HTTP, or that Jetty refuses. What follows is not read. */
    static boolean answer(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        String message = HttpStatus.getMessage(status);
        String type = status < 500 ? "invalid_request_error" : "server_error";
        Guard.BROWSER_HEADERS.forEach(response.getHeaders()::put);
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Send.JSON);
        Content.Sink.write(
                response, true, Json.text(new Body(Detail.of(message, type, null, "bad_request"))), callback);
        return true;
    }

    /** Memory or stack has run out in one request: the others go on. */
    static void answer(HttpServletResponse response, Error error) {
        ApiException fault = translate(error);
        if (response.isCommitted()) {
            return;
        }
        response.setStatus(fault.status());
        response.setContentType(Send.JSON);
        try {
            response.getOutputStream().write(Json.text(toError(fault)).getBytes(StandardCharsets.UTF_8));
        } catch (IOException | IllegalStateException e) {
            // The status says it already.
        }
    }

    static Body toError(Throwable cause) {
        ApiException e = translate(cause);
        return new Body(Detail.of(e.getMessage(), e.type(), e.param(), e.code()));
    }

    /** Ollama's clients want no more than a text. */
    static Object toOllamaError(Throwable cause) {
        return Map.of("error", translate(cause).getMessage());
    }

    /** llama-server's, whose code is the status. */
    static Object toLlamaError(Throwable cause) {
        ApiException e = translate(cause);
        return Map.of("error", Map.of("code", e.status(), "message", e.getMessage(), "type", llamaType(e)));
    }

    private static String llamaType(ApiException e) {
        return switch (e.status()) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 429, 503 -> "unavailable_error";
            default -> "context_length_exceeded".equals(e.code()) ? "exceed_context_size_error" : e.type();
        };
    }

    private static Object body(String path, ApiException e) {
        if (LlamaCompletions.PATHS.contains(path)) {
            return toLlamaError(e);
        }
        return path.startsWith(OllamaEndpoints.PREFIX) ? toOllamaError(e) : toError(e);
    }

    private static void answer(Context ctx, ApiException e) {
        if (ctx.res().isCommitted()) {
            return;
        }
        ctx.status(e.status());
        if (e.status() == 429 || e.status() == 503) {
            String told = ctx.res().getHeader("Retry-After");
            ctx.header("Retry-After", told == null ? RETRY_SECONDS : told);
        }
        Send.json(ctx, body(ctx.path(), e));
    }

    private static ApiException translate(Throwable cause) {
        return switch (cause) {
            case ApiException e -> e;
            case QueueFullException e -> new ApiException(429, "rate_limit_error", null, "queue_full", e.getMessage());
            case StorageFullException e ->
                e.ofConversation()
                        ? new ApiException(409, "invalid_request_error", "session", "session_full", e.getMessage())
                        : new ApiException(503, "server_error", null, "storage_full", e.getMessage());
            case PromptTooLongException e ->
                new ApiException(400, "invalid_request_error", null, "context_length_exceeded", e.getMessage());
            case GrammarException e ->
                new ApiException(400, "invalid_request_error", "grammar", "invalid_value", e.getMessage());
            case StoreException e -> storage(e);
            case OutOfMemoryError e -> {
                log(e);
                yield new ApiException(503, "server_error", null, "out_of_memory", "no memory left for this request");
            }
            case KvMemoryException e -> new ApiException(503, "server_error", null, "out_of_memory", e.getMessage());
            case ChatTemplateException e
            when e.raisedByTemplate() ->
                new ApiException(400, "invalid_request_error", "messages", "conversation_refused", e.getMessage());
            case EOFException e ->
                new ApiException(400, "invalid_request_error", null, "bad_request", "the request's body is broken off");
            case ClosedChannelException e ->
                new ApiException(400, "invalid_request_error", null, "bad_request", "the connection was closed");
            case IOException e
            when e.getCause() instanceof TimeoutException ->
                new ApiException(408, "invalid_request_error", null, "timeout", "the request's body did not come");
            case HttpException.RuntimeException e ->
                new ApiException(e.getCode(), "invalid_request_error", null, "bad_request", "the request is malformed");
            default -> {
                log(cause);
                yield new ApiException(500, "server_error", null, "internal_error", "something went wrong here");
            }
        };
    }

    /** Nothing was stored, and what was stored is as it was. SQLite's words hold nothing of a customer's. */
    private static ApiException storage(StoreException e) {
        LOG.log(System.Logger.Level.ERROR, "storing failed: {0}", e.getMessage());
        return DatabaseFile.isFull(e)
                ? new ApiException(503, "server_error", null, "storage_full", "the server's disk is full")
                : new ApiException(503, "server_error", null, "storage_failed", "the server cannot store this now");
    }

    /** Javalin's own: no such route, wrong method and the like. */
    private static ApiException translate(HttpResponseException e, Context ctx) {
        if (e.getStatus() == 405) {
            String allowed = e.getDetails().get("availableMethods");
            if (allowed != null) {
                ctx.header("Allow", allowed);
            }
        }
        String code = e.getStatus() == 404
                ? "not_found"
                : e.getMessage().toLowerCase(Locale.ROOT).replace(' ', '_');
        String message = e.getStatus() == 404 ? "no such endpoint" : e.getMessage();
        String type = e.getStatus() < 500 ? "invalid_request_error" : "server_error";
        return new ApiException(e.getStatus(), type, null, code, message);
    }

    /** Classes and lines only: an exception's message may quote a customer. */
    private static void log(Throwable cause) {
        StringBuilder text = new StringBuilder("request failed");
        for (Throwable t = cause; t != null; t = t.getCause()) {
            text.append("\n  ").append(t.getClass().getName());
            text.append(Arrays.stream(t.getStackTrace())
                    .map(frame -> "\n    at " + frame)
                    .collect(Collectors.joining()));
        }
        LOG.log(System.Logger.Level.ERROR, text.toString());
    }
}
