package io.oxbow.node.roots;

import static io.oxbow.node.roots.Root.elsewhere;

import java.util.List;
import java.util.stream.Stream;

/**
 * Table of the places at which a library gets code, or an object that it calls back. No fault is
 * injected at these; each has its reason.
 */
final class LibraryRoots {

    private static final String GATED =
            "what is handed over is a root with a row, or Component's, or tells of an exception";
    private static final String AT_ONCE =
            "the library runs it at once, or only keeps it, on the thread that hands it over";
    private static final String BY_KAFKA =
            "called within an event of the controller, the loader or the coordinator, whose failure"
                    + " goes to a fault handler or to whom waits: MetadataRaftClient, GroupLog and"
                    + " SingleReplicaPlacer have rows";
    private static final String FUTURE =
            "what it throws ends the future, for whom waits: OffsetsHandler and Settlement have rows";
    private static final String ROUTE =
            "a route that throws answers 500, which the door counts: TableRoutes has a row";
    private static final String CALL =
            "within a connection's handlers, which end the connection by what this throws";
    private static final String CALLER = "its exception is thrown to the thread that waits for it";
    private static final String COMMAND = "a program beside the node's";
    private static final String CLUSTER =
            "not injected yet: a call of another node, and the fault is in one process";

    static final List<Root> ALL =
            Stream.of(
                            rows(
                                    GATED,
                                    "broker.Broker.onFailure: a variable to CompletableFuture.thenAccept",
                                    "broker.network.CallThreads.beside: a variable to ThreadFactory.newThread",
                                    "broker.clean.LogCleaner.<init>: a variable to ThreadFactory.newThread",
                                    "broker.retention.BrokerMaintenance.<init>: a variable to ThreadFactory.newThread",
                                    "node.adapter.TableGroups.start: a variable to ThreadFactory.newThread",
                                    "node.server.Node.<init>: code to Thread.setDefaultUncaughtExceptionHandler",
                                    "s3stream.engine.RunningNode.<init>: a variable to ThreadFactory.newThread",
                                    "s3stream.env.Component.start: a variable to ThreadFactory.newThread",
                                    "s3stream.env.Component.startRestarting: a variable to ThreadFactory.newThread",
                                    "s3stream.env.Component.startTask: a variable to ThreadFactory.newThread",
                                    "s3stream.env.Environment.system: a variable to Thread$Builder$OfPlatform.uncaughtExceptionHandler",
                                    "s3stream.env.Environment.system: a variable to Thread$Builder$OfVirtual.uncaughtExceptionHandler",
                                    "s3stream.env.SystemClock$Alarm.schedule: a variable to ScheduledThreadPoolExecutor.schedule",
                                    "s3stream.env.SystemClock.create: a variable to ScheduledThreadPoolExecutor.<init>",
                                    "s3stream.log.BucketApplicationLog.register: a variable to ThreadFactory.newThread",
                                    "s3stream.log.BucketMetadataLog.<init>: a variable to ThreadFactory.newThread",
                                    "s3stream.store.probe.StoreProbe.race: a variable to ThreadFactory.newThread",
                                    "s3stream.write.WritePath.start: a variable to ThreadFactory.newThread",
                                    "tableflow.service.TopicWorker.run: TopicWorker.work to Component.restarting"),
                            rows(
                                    AT_ONCE,
                                    "broker.admin.TopicPartitionsHandler.handle: code to KRaftMetadataCache.describeTopicResponse",
                                    "broker.placement.SingleReplicaPlacer.place: a variable to PartitionAssignment.<init>",
                                    "broker.fetch.FetchHandler.handle: Fetch.add to FetchContext.foreachPartition",
                                    "node.http.HttpLeaderCheck.answersAsLeader: a variable to HttpClient.send",
                                    "node.http.HttpListener.serve: a variable to Server.setErrorHandler",
                                    "node.server.Node.<init>: a variable to PrometheusMeterRegistry.<init>",
                                    "node.server.Node.<init>: a variable to PrometheusRegistry.register",
                                    "node.server.Node.startTables: a variable to PrometheusRegistry.register"),
                            rows(
                                    BY_KAFKA,
                                    "broker.control.ClusterMetadata.<init>: code to KRaftMetadataCache.<init>",
                                    "broker.control.ControlPlane.<init>: MetadataRaftClient.highWatermark to MetadataLoader$Builder.setHighWaterMarkAccessor",
                                    "broker.control.ControlPlane.<init>: a variable to MetadataLoader$Builder.setFaultHandler",
                                    "broker.control.KafkaController.start: a variable to QuorumController$Builder.setConfigurationValidator",
                                    "broker.control.KafkaController.start: a variable to QuorumController$Builder.setFatalFaultHandler",
                                    "broker.control.KafkaController.start: a variable to QuorumController$Builder.setNonFatalFaultHandler",
                                    "broker.control.KafkaController.start: a variable to QuorumController$Builder.setReplicaPlacer",
                                    "broker.control.LogListener.committed: code to MemoryBatchReader.of",
                                    "broker.control.LogSnapshotReader is SnapshotReader",
                                    "broker.group.GroupLoader is CoordinatorLoader",
                                    "broker.group.GroupTimer is Timer",
                                    "broker.group.Groups.startUp: code to GroupCoordinatorService.startup",
                                    "broker.group.NoShareGroups is PartitionMetadataClient",
                                    "org.apache.kafka.controller.ControllerSessions.endSessionOfOthers: code to QuorumController.appendWriteEvent"),
                            rows(
                                    FUTURE,
                                    "broker.control.ControllerService.serve: code to CompletableFuture.thenApply",
                                    "broker.group.OffsetsHandler.fetch: code to CompletableFuture.exceptionally"),
                            rows(
                                    "a member that is to leave is asked again at the next request",
                                    "broker.group.Members.expel: forgets the future of GroupCoordinator.leaveGroup"),
                            rows(
                                    CALL,
                                    "broker.network.Connection.answered: a variable to EventExecutor.execute",
                                    "broker.network.Connection.inLoop: a variable to EventExecutor.execute",
                                    "broker.network.FrameBuffers is RecvByteBufAllocator",
                                    "broker.network.FrameBuffers$FrameHandle is RecvByteBufAllocator$ExtendedHandle",
                                    "broker.network.FrameBuffers$FrameHandle.continueReading: a variable to RecvByteBufAllocator$ExtendedHandle.continueReading",
                                    "broker.network.NetworkServer.<init>: a variable to MultiThreadIoEventLoopGroup.<init>",
                                    "broker.network.NetworkServer.<init>: a variable to MultiThreadIoEventLoopGroup.<init>",
                                    "broker.network.NetworkServer.accept: a variable to ChannelConfig.setRecvByteBufAllocator",
                                    "broker.network.NetworkServer.start: a variable to EventLoopGroup.scheduleWithFixedDelay",
                                    "broker.network.Replies.write: a variable to ChannelFuture.addListener",
                                    "node.http.Door$WithBody is Request$Wrapper",
                                    "node.http.Door$WithBody.demand: a variable to Content$Source.demand"),
                            rows(
                                    CALLER,
                                    "broker.records.SideBySide.map: a variable to Executors.newThreadPerTaskExecutor"),
                            rows(
                                    ROUTE,
                                    "catalog.CatalogRoutes.onUnlisted: code to RoutesConfig.addHttpHandler",
                                    "node.cluster.FreshCatalog.register: FreshCatalog.await to RoutesConfig.before",
                                    "node.cluster.RegistryRelay.register: RegistryRelay.handle to RoutesConfig.before",
                                    "node.cluster.RegistryRelay.register: RegistryRelay.handle to RoutesConfig.before",
                                    "node.http.ClusterRoutes.register: code to RoutesConfig.get",
                                    "node.http.ClusterRoutes.register: code to RoutesConfig.get",
                                    "node.http.ClusterRoutes.register: ClusterRoutes.drain to RoutesConfig.post",
                                    "node.http.ClusterRoutes.register: code to RoutesConfig.post",
                                    "node.http.ClusterRoutes.register: code to RoutesConfig.post",
                                    "node.http.DamageRoutes.register: code to RoutesConfig.get",
                                    "node.http.HealthRoutes.register: HealthRoutes.leader to RoutesConfig.get",
                                    "node.http.HealthRoutes.register: HealthRoutes.live to RoutesConfig.get",
                                    "node.http.HealthRoutes.register: HealthRoutes.ready to RoutesConfig.get",
                                    "node.http.HealthRoutes.register: code to RoutesConfig.get",
                                    "node.server.Node.serveHttp: code to RoutesConfig.get"),
                            rows(
                                    COMMAND,
                                    "node.Training.main begins a process",
                                    "node.Training.produce: a variable to KafkaProducer.<init>",
                                    "node.Training.produce: forgets the future of KafkaProducer.send",
                                    "node.cli.NodeHttp.answer: a variable to HttpClient.send",
                                    "node.launch.JvmOptions.main begins a process",
                                    "node.launch.MergedJar.main begins a process",
                                    "node.quickstart.Quickstart.produce: a variable to KafkaProducer.<init>",
                                    "node.quickstart.Quickstart.registerSchema: a variable to HttpClient.send"),
                            rows(
                                    CLUSTER,
                                    "broker.admin.QuorumHandler is ApiHandler",
                                    "broker.admin.UnregisterHandler is ApiHandler",
                                    "broker.admin.UnregisterHandler.handle: code to Call.runBeside",
                                    "node.cluster.HttpRelay.pass: a variable to HttpClient.send",
                                    "node.rpc.IncomingCall is ServerCall$Listener",
                                    "node.rpc.IncomingCall$1 is ServerCall$Listener",
                                    "node.rpc.IncomingCall.<init>: IncomingCall.tooSlow to Clock.after",
                                    "node.rpc.RpcLeader.append: AppendCodec.readAnswer to CompletableFuture.thenApply",
                                    "node.rpc.RpcLeader.append: code to CompletableFuture.exceptionally",
                                    "node.rpc.RpcLeader.hello: code to CompletableFuture.exceptionally",
                                    "node.rpc.RpcLeader.hello: code to CompletableFuture.thenApply",
                                    "node.rpc.RpcLeader.push: PushCodec.readAnswer to CompletableFuture.thenApply",
                                    "node.rpc.RpcLeader.push: code to CompletableFuture.exceptionally",
                                    "node.rpc.RpcMethod$Bytes is MethodDescriptor$Marshaller",
                                    "node.rpc.RpcPeers$Answer is StreamObserver",
                                    "node.rpc.RpcServer.<init>: code to NettyServerBuilder.executor",
                                    "node.rpc.RpcServer.new: a variable to ThreadFactory.newThread",
                                    "node.rpc.RpcServer.service: code to ServerServiceDefinition$Builder.addMethod",
                                    "node.rpc.RpcServer.take: Semaphore.release to IncomingCall.<init>",
                                    "org.apache.kafka.controller.PartitionHandOver.handOver: code to QuorumController.appendWriteEvent",
                                    "s3stream.cluster.SlotPush$Progress.advance: code to CompletableFuture.whenComplete",
                                    "s3stream.peer.LeaderCalls.<init>: LeaderCalls.giveUpOthers to FollowedLog.onLeader",
                                    "s3stream.peer.LeaderCalls.await: Optional.of to CompletableFuture.thenApply"))
                    .flatMap(List::stream)
                    .toList();

    private LibraryRoots() {}

    private static List<Root> rows(String reason, String... sites) {
        return Stream.of(sites).map(site -> elsewhere(site, reason)).toList();
    }
}
