/**
 * Fetch: sessions, long polls, and replies whose record bytes are never copied.
 *
 * <p>{@link io.oxbow.broker.fetch.FetchHandler} starts a {@code Fetch}, which reads each partition
 * by a {@code PartitionRead} and, if that is too little, waits for high watermarks to rise and
 * reads what is new.
 *
 * <p><b>Threading.</b> The event loop reads what is in memory. Where something is not, or there is
 * too little, the fetch goes on, from where it is, on a virtual thread of its own, whose reads may
 * block on the store. High watermarks rise on a thread of the WAL's, which only puts the partition
 * into the fetch's queue.
 */
@NullMarked
package io.oxbow.broker.fetch;

import org.jspecify.annotations.NullMarked;
