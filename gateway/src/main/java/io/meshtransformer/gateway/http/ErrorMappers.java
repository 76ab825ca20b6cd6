package io.meshtransformer.gateway.http;

import io.meshtransformer.gateway.error.ApiException;
import io.meshtransformer.gateway.error.ErrorKind;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Every error leaves in OpenAI's shape, ours and the framework's alike. */
final class ErrorMappers {
    private static final Logger LOG = Logger.getLogger(ErrorMappers.class);

    @ServerExceptionMapper
    Response refused(ApiException refusal) {
        return response(refusal);
    }

    /** What the framework refuses before a resource sees it. */
    @ServerExceptionMapper
    Response framework(WebApplicationException refusal, ContainerRequestContext request) {
        var status = refusal.getResponse().getStatus();
        var path = request.getUriInfo().getPath();
        var error =
                switch (status) {
                    case 404 -> new ApiException(ErrorKind.UNKNOWN_URL, "There is nothing at '%s'".formatted(path));
                    case 405 ->
                        new ApiException(
                                ErrorKind.METHOD_NOT_ALLOWED,
                                "'%s' does not take the method %s".formatted(path, request.getMethod()));
                    case 406 ->
                        new ApiException(
                                ErrorKind.NOT_ACCEPTABLE, "'%s' has no answer of the accepted types".formatted(path));
                    case 415 ->
                        new ApiException(
                                ErrorKind.UNSUPPORTED_MEDIA_TYPE,
                                "'%s' takes a body of the type application/json%s"
                                        .formatted(
                                                path, path.equals("/v1/training/runs") ? " or application/yaml" : ""));
                    default ->
                        status < 500
                                ? new ApiException(ErrorKind.BAD_REQUEST, "The request is not well-formed")
                                : internal(refusal);
                };
        var response = Response.fromResponse(response(error));
        var allowed = refusal.getResponse().getHeaderString(HttpHeaders.ALLOW);
        return allowed == null
                ? response.build()
                : response.header(HttpHeaders.ALLOW, allowed).build();
    }

    /** The answer goes nowhere; it is not worth a line in the log either. */
    @ServerExceptionMapper
    Response lost(ClientLostException lost) {
        return Response.noContent().build();
    }

    /** All input and output of requests is with their clients. */
    @ServerExceptionMapper
    Response lost(IOException lost) {
        LOG.debugf("a client is gone: %s", lost.getMessage());
        return Response.noContent().build();
    }

    @ServerExceptionMapper
    Response unexpected(Throwable fault) {
        return response(internal(fault));
    }

    private static ApiException internal(Throwable fault) {
        LOG.error("a request failed by a fault of the gateway", fault);
        return new ApiException(ErrorKind.INTERNAL, "The gateway failed to handle the request");
    }

    private static Response response(ApiException error) {
        var response = Response.status(error.kind().status())
                .type(MediaType.APPLICATION_JSON)
                .entity(error.body());
        if (error.kind() == ErrorKind.INVALID_API_KEY) {
            response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        error.kind().retryAfter().ifPresent(seconds -> response.header(HttpHeaders.RETRY_AFTER, seconds));
        return response.build();
    }
}
