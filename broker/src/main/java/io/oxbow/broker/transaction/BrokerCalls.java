package io.oxbow.broker.transaction;

import org.apache.kafka.common.errors.BrokerNotAvailableException;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;

/** Sends Kafka's requests to other brokers of the cluster. */
@FunctionalInterface
public interface BrokerCalls {

    /**
     * Blocks until the answer is here.
     *
     * @throws org.apache.kafka.common.errors.ApiException when none came
     */
    AbstractResponse send(int broker, AbstractRequest request);

    /** Returns the calls of a broker that serves its bucket alone. */
    static BrokerCalls none() {
        return (broker, request) -> {
            throw new BrokerNotAvailableException(
                    "broker %d is not known to serve".formatted(broker));
        };
    }
}
