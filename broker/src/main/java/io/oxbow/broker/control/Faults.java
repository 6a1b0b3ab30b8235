package io.oxbow.broker.control;

import java.util.function.Consumer;
import org.apache.kafka.server.fault.FaultHandler;
import org.apache.kafka.server.fault.FaultHandlerException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs each fault inside Kafka's components and passes it to a listener. */
final class Faults implements FaultHandler {

    private static final Logger LOG = LoggerFactory.getLogger(Faults.class);

    private final String component;
    private final Consumer<Throwable> listener;

    Faults(String component, Consumer<Throwable> listener) {
        this.component = component;
        this.listener = listener;
    }

    @Override
    public RuntimeException handleFault(String message, @Nullable Throwable cause) {
        String text = "fault in the " + component + ": " + message;
        if (cause instanceof FaultHandlerException handled) {
            return handled;
        }
        LOG.error(text, cause);
        var fault =
                cause == null
                        ? new FaultHandlerException(text)
                        : new FaultHandlerException(text + ": " + cause.getMessage(), cause);
        listener.accept(fault);
        return fault;
    }
}
