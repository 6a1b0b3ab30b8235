package io.oxbow.node.chaos;

import java.time.Duration;

/**
 * A fault of a schedule.
 *
 * @param target number from which its node, or its zone, is chosen among those that there are
 * @param peer number from which a second node is chosen
 * @param length time until it is healed
 */
record Fault(FaultKind kind, int target, int peer, Duration length) {}
