/**
 * Handlers for what clients and tools ask about the cluster: topics, configurations, brokers.
 *
 * <p>Each serves one API family. Questions are answered from the image that this broker has
 * applied, on the event loop; changes go to the controller, which answers on its own thread.
 */
@NullMarked
package io.oxbow.broker.admin;

import org.jspecify.annotations.NullMarked;
