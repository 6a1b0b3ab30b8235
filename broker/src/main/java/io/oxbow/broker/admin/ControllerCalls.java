package io.oxbow.broker.admin;

import io.oxbow.broker.network.Call;
import java.util.OptionalLong;
import org.apache.kafka.controller.ControllerRequestContext;

/** Translates a client's call to the request context that the controller takes. */
final class ControllerCalls {

    private ControllerCalls() {}

    static ControllerRequestContext context(Call call) {
        return new ControllerRequestContext(
                call.context().header.data(), call.context().principal, OptionalLong.empty());
    }

    /**
     * @param timeoutMillis after which the controller need not begin
     */
    static ControllerRequestContext context(Call call, int timeoutMillis) {
        return new ControllerRequestContext(
                call.context().header.data(),
                call.context().principal,
                ControllerRequestContext.requestTimeoutMsToDeadlineNs(
                        org.apache.kafka.common.utils.Time.SYSTEM, timeoutMillis));
    }
}
