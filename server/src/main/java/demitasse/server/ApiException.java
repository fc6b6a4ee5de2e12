package demitasse.server;

/** A request that cannot be answered, with what OpenAI's error object wants to know about it. */
final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final String INVALID = "invalid_request_error";

    private final int status;
    private final String type;
    private final String param;
    private final String code;

    /**
     * @param param the request field at fault, or null
     * @param code a word for programs, or null
     */
    ApiException(int status, String type, String param, String code, String message) {
        super(message, null, false, false);
        this.status = status;
        this.type = type;
        this.param = param;
        this.code = code;
    }

    static ApiException invalid(String param, String message) {
        return new ApiException(400, INVALID, param, "invalid_value", message);
    }

    static ApiException missing(String param) {
        return new ApiException(400, INVALID, param, "missing_required_parameter", "missing field '" + param + "'");
    }

    static ApiException unsupported(String param, String message) {
        return new ApiException(400, INVALID, param, "unsupported_value", message);
    }

    static ApiException notFound(String what) {
        return new ApiException(404, INVALID, null, "not_found", what);
    }

    static ApiException tooLarge(String message) {
        return new ApiException(413, INVALID, null, "request_too_large", message);
    }

    static ApiException conflict(String message) {
        return new ApiException(409, INVALID, null, "conflict", message);
    }

    static ApiException unavailable(String message) {
        return new ApiException(503, "server_error", null, "unavailable", message);
    }

    static ApiException notImplemented(String message) {
        return new ApiException(501, "not_supported_error", null, "not_supported", message);
    }

    int status() {
        return status;
    }

    String type() {
        return type;
    }

    String param() {
        return param;
    }

    String code() {
        return code;
    }
}
