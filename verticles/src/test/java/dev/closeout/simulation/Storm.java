package dev.closeout.simulation;

/** What users and fate do in the first half of a schedule. */
final class Storm {
    private static final int LENGTH = (int) Setting.STORM;

    private final World world;
    private final Chance chance;
    private final Cuts cuts;

    Storm(World world) {
        this.world = world;
        this.chance = world.chance;
        this.cuts = new Cuts(world);
    }

    void schedule() {
        for (var i = 0; i < world.setting.bursts(); i++) {
            world.timeline.after(chance.between(100, LENGTH - 1), this::burst);
        }
        for (var i = 0; i < world.weather.faults(); i++) {
            world.timeline.after(chance.between(100, LENGTH - 1), this::fault);
        }
    }

    /** Several owners do something with one client at almost the same moment. */
    private void burst() {
        var client = chance.pick(world.clients);
        var churn = world.setting.churn();
        var width = churn ? 200 : (int) chance.pick(10, 30, 3_000);
        for (var i = churn ? 40 : chance.between(2, 12); i > 0; i--) {
            var host = chance.pick(world.hosts);
            host.after(chance.between(0, width), () -> act(host, chance.of(0.1) ? chance.pick(world.clients) : client));
        }
    }

    private void act(Host host, String client) {
        if (!host.isUp()) {
            return;
        }
        if (!host.hasSockets()) {
            return;
        }
        var owner = chance.pick(host.parts().owners());
        if (chance.of(0.5)) {
            owner.closeOne(client);
        } else {
            owner.open(client, chance.of(0.03) ? Owner.REFUSED : "peer");
        }
    }

    private void fault() {
        var host = chance.pick(world.hosts);
        if (world.setting.anyWordHolds()) {
            switch (chance.between(0, 4)) {
                case 0, 1 -> pause(host);
                case 2 -> crash(host);
                default -> outage();
            }
            return;
        }
        switch (chance.between(0, 12)) {
            case 0, 1 -> crash(host);
            case 2, 3 -> pause(host);
            case 4, 5 -> split();
            case 6 -> outage();
            case 7, 10, 11, 12 -> cuts.anyOf(host);
            case 8 -> forgetCells();
            default -> {
                if (chance.of(0.5)) {
                    stop(host);
                } else {
                    world.hosts.forEach(this::crash);
                }
            }
        }
    }

    private void crash(Host host) {
        if (host.isUp()) {
            host.crash();
            world.upMaybeLost();
            vanish(host);
            var last = world.isCalm() && world.hosts.stream().noneMatch(up -> up.isUp() && up.hasWorkers());
            world.timeline.after(last ? 0 : chance.between(0, 20_000), () -> startAgain(host, last));
        }
    }

    /** Without a trace, now and then: nothing answers for the host. It comes back before the process does. */
    private void vanish(Host host) {
        if (chance.of(0.1) && !world.setting.anyWordHolds() && !world.isCalm()) {
            cuts.vanish(host);
        }
    }

    private void startAgain(Host host, boolean last) {
        if (!host.isUp() && (last || !world.isCalm())) {
            host.start();
        }
    }

    private void pause(Host host) {
        if (host.isUp() && !host.isPaused()) {
            host.pause(chance.between(100, 25_000));
        }
    }

    private void split() {
        if (!world.isSplit()) {
            world.split();
            world.timeline.after(chance.between(500, 20_000), world::heal);
        }
    }

    private void outage() {
        if (!world.postgres.isAway()) {
            world.postgres.goAway();
            // By the word of one judge alone, an outage that others do not notice costs sockets.
            var shortest = world.setting.anyWordHolds() ? 2 * (int) Setting.LOOK : 100;
            world.timeline.after(chance.between(shortest, 30_000), world.postgres::comeBack);
        }
    }

    private void forgetCells() {
        world.say("", () -> "the map of cells is cleared");
        world.counts(chance.between(0, 1)).clear();
    }

    private void stop(Host host) {
        if (host.isUp() && !host.isPaused() && !host.parts().lease().isStopping()) {
            world.say("", () -> host + " is stopped");
            host.stop(() -> crash(host));
        }
    }
}
