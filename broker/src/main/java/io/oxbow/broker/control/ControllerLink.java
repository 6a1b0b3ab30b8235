package io.oxbow.broker.control;

import org.apache.kafka.common.errors.NotControllerException;
import org.apache.kafka.common.message.EnvelopeRequestData;
import org.apache.kafka.common.message.EnvelopeResponseData;

/** Reaches the active controller in another process, with requests in Kafka's own envelopes. */
@FunctionalInterface
public interface ControllerLink {

    /**
     * Sends a request, and blocks until the answer is here and what it tells of is applied here.
     *
     * @throws NotControllerException when the request was surely not served
     * @throws org.apache.kafka.common.errors.ApiException retriable, when no answer came
     */
    EnvelopeResponseData send(EnvelopeRequestData request);

    /**
     * Returns the link of a node that serves its bucket alone: the controller is here or nowhere.
     */
    static ControllerLink none() {
        return request -> {
            throw new NotControllerException("no other node is known that leads");
        };
    }
}
