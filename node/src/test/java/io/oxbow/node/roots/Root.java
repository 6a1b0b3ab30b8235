package io.oxbow.node.roots;

/**
 * Place at which code of the product begins on a thread, a timer or an event loop, and the effect
 * of an exception there.
 *
 * @param site as {@link RootScan} names it
 * @param place that throws, on the root's thread; empty when another test is named
 * @param component whose count of failures rises
 */
record Root(String site, String place, Effect effect, String component) {

    /** Effect of an exception that nobody expected. */
    enum Effect {
        /** The component fails and the process ends, for a supervisor to start another. */
        ENDS_NODE,

        /** The exception is counted; the component tries again or goes on. */
        GOES_ON,

        /** As {@link #GOES_ON}; the root runs only while a node starts, or soon after. */
        GOES_ON_AT_START,

        /** The start fails, or the process ends soon after; the next start succeeds. */
        FAILS_START,

        /** The test or the reason that stands for the component has it. */
        ELSEWHERE
    }

    static Root ends(String site, String place, String component) {
        return new Root(site, place, Effect.ENDS_NODE, component);
    }

    static Root goesOn(String site, String place, String component) {
        return new Root(site, place, Effect.GOES_ON, component);
    }

    /** Returns the row of a handler of requests, whose exceptions the client is told. */
    static Root handler(String type) {
        return goesOn(type + " is ApiHandler", type + ".handle", "network");
    }

    static Root atStart(String site, String place, String component) {
        return new Root(site, place, Effect.GOES_ON_AT_START, component);
    }

    static Root failsStart(String site, String place, String component) {
        return new Root(site, place, Effect.FAILS_START, component);
    }

    static Root elsewhere(String site, String reason) {
        return new Root(site, "", Effect.ELSEWHERE, reason);
    }

    @Override
    public String toString() {
        return site + (place.isEmpty() ? "" : " at " + place);
    }
}
