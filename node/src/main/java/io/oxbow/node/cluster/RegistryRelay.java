package io.oxbow.node.cluster;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.oxbow.schema.RegistryError;
import io.oxbow.schema.RegistryRoutes;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * Lets requests of the schema registry through to the routes of the node that serves it, and passes
 * them on to that node elsewhere. A request is passed on once, to the process that is meant.
 */
public final class RegistryRelay {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Shorter than that of the node that has passed a request on: it may know better by then. */
    private static final Duration PATIENCE_FOR_OTHERS = Duration.ofSeconds(2);

    private final RegistryCalls calls;
    private final HttpRelay relay;
    private final UUID incarnation;

    private RegistryRelay(RegistryCalls calls, HttpRelay relay, UUID incarnation) {
        this.calls = calls;
        this.relay = relay;
        this.incarnation = incarnation;
    }

    /**
     * Puts this before all routes at and below {@code path}.
     *
     * @param incarnation of this process
     */
    public static void register(
            JavalinConfig config,
            String path,
            RegistryCalls calls,
            HttpRelay relay,
            UUID incarnation) {
        var handler = new RegistryRelay(calls, relay, incarnation);
        config.routes.before(path, handler::handle);
        config.routes.before(path + "/*", handler::handle);
    }

    private void handle(Context context) throws Exception {
        String callee = context.header(HttpRelay.CALLEE);
        try {
            if (callee == null) {
                serveOrPassOn(context);
            } else if (callee.equals(incarnation.toString())) {
                calls.call(PATIENCE_FOR_OTHERS, () -> true, there -> Optional.empty());
            } else {
                throw new RegistryAwayException("Process %s is not here".formatted(callee));
            }
        } catch (RegistryAwayException e) {
            context.header(HttpRelay.NOT_SERVED, "true");
            Refusals.unavailable(
                    context,
                    RegistryRoutes.MEDIA_TYPE,
                    RegistryRoutes.errorBody(
                            RegistryError.LEADER_UNKNOWN, String.valueOf(e.getMessage())));
        }
    }

    private void serveOrPassOn(Context context) throws InterruptedException {
        var request = new RelayedRequest(context);
        calls.call(
                PATIENCE,
                () -> {
                    if (request.isRead()) {
                        // The routes would find no body any more; the client still has it.
                        throw new RegistryAwayException("The schema registry has just moved");
                    }
                    return true;
                },
                there -> passOn(request, there));
    }

    /** Returns true once the request has been answered; empty if it may be tried again. */
    private Optional<Boolean> passOn(RelayedRequest request, RegistryPlace.Seat.There there)
            throws InterruptedException {
        return switch (relay.pass(request, there.http(), there.incarnation())) {
            case HttpRelay.Outcome.Answered _ -> Optional.of(true);
            case HttpRelay.Outcome.NotServed _ -> Optional.empty();
            case HttpRelay.Outcome.Unknown unknown -> {
                if (HttpRelay.isRepeatable(request)) {
                    yield Optional.empty();
                }
                Refusals.answer(
                        request.context(),
                        RegistryError.OUTCOME_UNKNOWN.status(),
                        RegistryRoutes.MEDIA_TYPE,
                        RegistryRoutes.errorBody(
                                RegistryError.OUTCOME_UNKNOWN,
                                "Node %d has not answered, and may have done it: %s"
                                        .formatted(there.nodeId(), unknown.why())));
                yield Optional.of(true);
            }
        };
    }
}
