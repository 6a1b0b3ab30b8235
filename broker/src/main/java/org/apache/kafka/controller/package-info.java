/** What Kafka's controller can do but does not offer outside its package. */
package org.apache.kafka.controller;
