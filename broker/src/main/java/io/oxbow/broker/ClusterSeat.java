package io.oxbow.broker;

import io.oxbow.broker.balance.BalanceSettings;
import io.oxbow.broker.balance.TrafficLink;
import io.oxbow.broker.control.ControllerLink;
import io.oxbow.broker.control.Voter;
import io.oxbow.broker.transaction.BrokerCalls;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/**
 * Place of a broker among others.
 *
 * @param link reaches the active controller in another process
 * @param placeable whether a broker that is up, by its id, surely serves what is placed there
 * @param voters nodes that may lead the metadata log, while this process does
 * @param calls reaches other brokers
 * @param traffic asks the others what they have counted
 * @param balance settings of the balancer
 */
public record ClusterSeat(
        ControllerLink link,
        IntPredicate placeable,
        Supplier<List<Voter>> voters,
        BrokerCalls calls,
        TrafficLink traffic,
        BalanceSettings balance) {}
