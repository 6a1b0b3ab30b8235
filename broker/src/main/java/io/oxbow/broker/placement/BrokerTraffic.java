package io.oxbow.broker.placement;

import java.util.Map;

/** Traffic of the brokers, in means, for the choice of a new partition's broker. Thread-safe. */
public final class BrokerTraffic {

    private volatile Map<Integer, Double> byBroker = Map.of();

    public void set(Map<Integer, Double> traffic) {
        byBroker = Map.copyOf(traffic);
    }

    /** Returns a broker's traffic; 0 when nobody knows it. */
    double of(int broker) {
        return byBroker.getOrDefault(broker, 0.0);
    }
}
