
// The modules of lazy functions come in packs, modules whose custom sections hold them.
const packs = new Map();
const instances = new Map();

function pack(address) {
    if (!packs.has(address.href)) {
        packs.set(address.href, compiled(address));
    }
    return packs.get(address.href);
}

// A lazy function that fails takes the whole page with it, so a pack that can't be had is asked for until it can.
async function compiled(address) {
    for (let pause = 500; ; pause = Math.min(2 * pause, 8000)) {
        try {
            const answer = await fetch(address);
            if (answer.ok) {
                return await WebAssembly.compileStreaming(answer);
            }
            if (answer.status === 404) {
                startAnew();
            }
            throw new Error(`${address.pathname}: ${answer.status}`);
        } catch (error) {
            console.warn(error);
        }
        await new Promise((resolve) => setTimeout(resolve, pause));
    }
}

// What is gone was another Drover's than the one that answers now; the page is loaded anew, at most once a minute.
function startAnew() {
    const last = Number(sessionStorage.getItem("drover-started-anew"));
    if (Date.now() - last > 60000) {
        sessionStorage.setItem("drover-started-anew", String(Date.now()));
        location.reload();
    }
}

function instance(name, within) {
    if (!instances.has(name)) {
        const [code] = WebAssembly.Module.customSections(within, name);
        instances.set(name, WebAssembly.instantiate(code, getSharedImports()));
    }
    return instances.get(name);
}

// Takes the addresses of packs, each with the names of the modules that are needed of it.
function loader(needed) {
    let opened;
    const open = async ([address, modules]) => {
        const within = await pack(address);
        await Promise.all(modules.map((name) => instance(name, within)));
    };
    return async (callback, data) => {
        opened ??= Promise.all(needed.map(open));
        await opened;
        getSharedImports().__wasm_split.__indirect_function_table.get(callback)(data, true);
    };
}

