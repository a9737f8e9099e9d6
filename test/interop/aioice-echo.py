"""Sends a message between two ICE agents of aioice that use the relay, and back; prints what each path was."""

import asyncio
import sys

import aioice


async def make_agent(controlling, host, port, transport, username, password):
    agent = aioice.Connection(
        ice_controlling=controlling,
        stun_server=None,
        turn_server=(host, port),
        turn_username=username,
        turn_password=password,
        turn_transport=transport,
        turn_ssl=False,
        use_ipv4=True,
        use_ipv6=False,
    )
    await agent.gather_candidates()
    return agent


def keep_relayed(agent):
    return [candidate for candidate in agent.local_candidates if candidate.type == "relay"]


async def introduce(agent, other):
    # Only relayed candidates are told, so that no other path can be found.
    for candidate in keep_relayed(other):
        await agent.add_remote_candidate(candidate)
    await agent.add_remote_candidate(None)
    agent.remote_username = other.local_username
    agent.remote_password = other.local_password


async def main():
    host, port, transport, username, password = sys.argv[1:]
    caller = await make_agent(True, host, int(port), transport, username, password)
    callee = await make_agent(False, host, int(port), transport, username, password)
    if not keep_relayed(caller) or not keep_relayed(callee):
        sys.exit("no relayed candidate was gathered")
    await introduce(caller, callee)
    await introduce(callee, caller)
    await asyncio.gather(caller.connect(), callee.connect())
    await caller.send(b"there")
    print((await callee.recv()).decode())
    await callee.send(b"and back")
    print((await caller.recv()).decode())
    await asyncio.gather(caller.close(), callee.close())


asyncio.run(asyncio.wait_for(main(), 25))
