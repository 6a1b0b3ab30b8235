package io.oxbow.broker.network;

import io.oxbow.s3stream.memory.FairShare;

/**
 * One connection's parts of the {@link ClientMemory}.
 *
 * @param requests frames and what was decoded of them
 * @param replies what has not left yet
 */
record ConnectionMemory(FairShare requests, FairShare replies) {}
