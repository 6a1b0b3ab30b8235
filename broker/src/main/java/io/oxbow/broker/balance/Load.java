package io.oxbow.broker.balance;

/** Load of a partition, each measure per second. */
public record Load(double inBytes, double outBytes, double requests) {

    public static final Load NONE = new Load(0, 0, 0);

    public Load plus(Load other) {
        return new Load(
                inBytes + other.inBytes, outBytes + other.outBytes, requests + other.requests);
    }

    /** Returns the load between this one and another, at a share of the way from 0 to 1. */
    Load towards(Load other, double share) {
        return new Load(
                inBytes + share * (other.inBytes - inBytes),
                outBytes + share * (other.outBytes - outBytes),
                requests + share * (other.requests - requests));
    }
}
